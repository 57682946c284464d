import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { Clock } from './clock.ts';
import { IoEngine } from './io-engine.ts';
import type { IoThreadData, ToIo, ToPicture } from './thread-messages.ts';

// The I/O thread of the engine: sockets, RTP, RTCP and the whole sound mixer. What it knows is in IoEngine.

const port = parentPort;
if (port === null) {
  throw new Error('io-thread.ts runs as a worker thread of the engine');
}
const { wallOffset } = workerData as IoThreadData;
const clock = new Clock(wallOffset);
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

const post = (message: ToPicture, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, [...transfer]);
const engine = new IoEngine(clock, post);

/** Packets are paced, gaps given up and requests repeated on this beat, ms. */
const BEAT = 5;
const beat = setInterval(() => engine.tick(), BEAT);

port.on('message', (message: ToIo) => {
  switch (message.type) {
    case 'desired':
      engine.apply(message.desired).catch((error: unknown) => engine.fault('apply-failed', error));
      break;
    case 'encoded':
      engine.encoded(message);
      break;
    case 'key-frame-needed':
      engine.needKeyFrame(message.leg);
      break;
    case 'key-frame':
      engine.giveKeyFrame(message.leg);
      break;
    case 'figures':
      engine.tellLegEvents(delay.percentile(99) / 1e6);
      post({ type: 'figures', legs: engine.figures(), eventLoopDelay: delay.percentile(99) / 1e6 });
      delay.reset();
      break;
    case 'stop':
      clearInterval(beat);
      engine.close();
      port.close();
      break;
  }
});
