import { readlinkSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Clock } from './clock.ts';
import { BEAT_DISTANCE } from './heartbeat-watch.ts';
import { IoEngine } from './io-engine.ts';
import type { IoThreadData, ToIo, ToPicture } from './thread-messages.ts';

// The I/O thread of the engine: sockets, RTP, RTCP and the whole sound mixer. What it knows is in IoEngine.

const port = channel();
const { wallOffset } = workerData as IoThreadData;
const clock = new Clock(wallOffset);
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

const post = (message: ToPicture, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, [...transfer]);
const engine = new IoEngine(clock, post);

/** Packets are paced, gaps given up and requests repeated on this beat, ms. */
const BEAT = 5;
let beat: NodeJS.Timeout | undefined;
const heartbeat = setInterval(() => post({ type: 'heartbeat' }), BEAT_DISTANCE);

function channel(): MessagePort {
  if (parentPort === null) {
    throw new Error('io-thread.ts runs as a worker thread of the engine');
  }
  return parentPort;
}

/** The kernel's number of this thread (proc_thread-self(5)); undefined where that is not told. */
function ownTask(): number | undefined {
  try {
    const task = Number(/\/task\/(\d{1,10})$/.exec(readlinkSync('/proc/thread-self'))?.[1]);
    return task > 0 ? task : undefined;
  } catch {
    return undefined;
  }
}

function obey(message: ToIo): void {
  switch (message.type) {
    case 'desired':
      beat ??= setInterval(() => guarded('tick-failed', () => engine.tick()), BEAT);
      engine.apply(message.desired).catch((error: unknown) => engine.fault('apply-failed', error));
      break;
    case 'resume':
      engine.resume(message.records);
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
      post({ type: 'figures', at: clock.now(), legs: engine.figures(), eventLoopDelay: delay.percentile(99) / 1e6 });
      delay.reset();
      break;
    case 'stop':
      clearInterval(beat);
      clearInterval(heartbeat);
      engine.close();
      port.close();
      break;
  }
}

/** What cannot be worked on costs itself, not the thread. */
function guarded(event: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    engine.fault(event, error);
  }
}

port.on('message', (message: ToIo) => guarded('thread-message-failed', () => obey(message)));
post({ type: 'heartbeat', task: ownTask() });
