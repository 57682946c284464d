import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { PICTURE_RATE, PictureMixer } from '../picture/mixer.ts';
import { Clock } from './clock.ts';
import { LogLimit } from './log-limit.ts';
import { commandSchema, ENGINE_PROTOCOL_VERSION, type Fact, type LegFigures } from './protocol.ts';
import type { IoThreadData, ToIo, ToPicture } from './thread-messages.ts';

// The engine process. This thread is the picture thread and holds the channel to the gateway; the I/O thread is its worker.

const wallOffset = Clock.measureWallOffset();
const clock = new Clock(wallOffset);
const ioData: IoThreadData = { wallOffset };
const io = new Worker(new URL('./io-thread.ts', import.meta.url), { workerData: ioData });
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

const logLimit = new LogLimit();
const tell = (fact: Fact): void => {
  const held = fact.type === 'log' ? logLimit.pass(fact.event, clock.now()) : 0;
  if (process.connected && held !== undefined) {
    const told = fact.type === 'log' && held > 0 ? { ...fact, detail: { ...fact.detail, heldBack: held } } : fact;
    process.send?.(told, undefined, undefined, () => undefined);
  }
};
const toIo = (message: ToIo, transfer: readonly ArrayBuffer[] = []): void => io.postMessage(message, [...transfer]);
const fault = (event: string, error: unknown): void =>
  tell({
    type: 'log',
    level: 'error',
    event,
    detail: { message: error instanceof Error ? error.message : String(error) },
  });

const mixer = new PictureMixer({
  encoded: (rendition, { data, isKeyFrame }, time, shown) => {
    const owned = new Uint8Array(data.length);
    owned.set(data);
    toIo({ type: 'encoded', rendition, data: owned, isKeyFrame, time, shown }, [owned.buffer]);
  },
  keyFrameNeeded: (leg) => toIo({ type: 'key-frame-needed', leg }),
  fault,
});

io.on('message', (message: ToPicture) => {
  switch (message.type) {
    case 'access-unit': {
      const { leg, codec, data, isKeyFrame, isCorrupt, origin } = message;
      const unit = {
        codec,
        data: Buffer.from(data.buffer, data.byteOffset, data.length),
        isKeyFrame,
        isCorrupt,
        origin,
      };
      mixer.push(leg, unit, clock.now());
      break;
    }
    case 'key-frame-asked':
      mixer.wantKeyFrame(message.rendition);
      break;
    case 'applied':
      tell({ type: 'applied', number: message.number, unbound: message.unbound });
      break;
    case 'figures':
      report(message.legs, message.eventLoopDelay);
      break;
    case 'fact':
      tell(message.fact);
      break;
  }
});
io.on('error', (error) => {
  // Half an engine is none: the gateway starts another one.
  fault('io-thread-died', error);
  setImmediate(() => process.exit(1));
});

function report(legs: readonly LegFigures[], ioDelay: number): void {
  tell({
    type: 'figures',
    legs: legs.map((figures) =>
      figures.video === undefined
        ? figures
        : { ...figures, video: { ...figures.video, ...mixer.figures(figures.leg) } },
    ),
    mixTimes: mixer.takeMixTimes(),
    ticksSkipped: mixer.takeTicksSkipped(),
    eventLoopDelay: { picture: delay.percentile(99) / 1e6, io: ioDelay },
  });
  delay.reset();
}

process.on('message', (message) => {
  const command = commandSchema.safeParse(message);
  if (!command.success) {
    fault('command-refused', command.error);
    return;
  }
  switch (command.data.type) {
    case 'apply': {
      const { desired } = command.data;
      mixer.apply(desired).catch((error: unknown) => fault('apply-failed', error));
      toIo({ type: 'desired', desired });
      break;
    }
    case 'key-frame':
      toIo({ type: 'key-frame', leg: command.data.leg });
      break;
    case 'stop':
      toIo({ type: 'stop' });
      io.once('exit', () => process.exit(0));
      break;
  }
});
// Ctrl-C in a terminal reaches every process of the group: the gateway ends the engine when its calls are over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => undefined);
}
// Without a gateway there is nobody to mix for.
process.on('disconnect', () => process.exit(0));

const FRAME_MS = 1000 / PICTURE_RATE;
let due = clock.now();
function nextPicture(): void {
  due += FRAME_MS;
  const now = clock.now();
  if (now - due > FRAME_MS) {
    // The machine stood still: the missed pictures are given up.
    due = now;
  }
  mixer.tick(due, () => clock.now()).catch((error: unknown) => fault('mix-failed', error));
  setTimeout(nextPicture, Math.max(0, due + FRAME_MS - clock.now()));
}
nextPicture();
setInterval(() => toIo({ type: 'figures' }), 1000);

io.once('online', () => tell({ type: 'ready', version: ENGINE_PROTOCOL_VERSION }));
