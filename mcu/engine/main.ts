import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { PICTURE_RATE, PictureMixer } from '../picture/mixer.ts';
import { Clock } from './clock.ts';
import { keepCompiled } from './compiled.ts';
import { DecodeGuard } from './decode-guard.ts';
import { DecodeMarks } from './decode-marks.ts';
import { decoderTrap } from './decoder-trap.ts';
import { BEAT_DISTANCE } from './heartbeat-watch.ts';
import { LogLimit } from './log-limit.ts';
import { PictureBeat } from './picture-beat.ts';
import { type Command, commandSchema, ENGINE_PROTOCOL_VERSION, type Fact } from './protocol.ts';
import type { IoThreadData, ToIo, ToPicture } from './thread-messages.ts';

// The engine process. This thread is the picture thread and holds the channel to the gateway; the I/O thread is its worker. Until it
// is given a state it stands by: its modules are loaded, and nothing is done. Arguments: the wall offset of the clock, and the file
// descriptor of the decode marks.

const [wallOffsetGiven, marksGiven] = process.argv.slice(2);
const wallOffset = wallOffsetGiven === undefined ? Clock.measureWallOffset() : Number(wallOffsetGiven);
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
/** A message that cannot be worked on costs itself, not the engine. */
const guarded = (event: string, work: () => void): void => {
  try {
    work();
  } catch (error) {
    fault(event, error);
  }
};

const marks = new DecodeMarks(marksGiven === undefined ? undefined : Number(marksGiven));
const decodeGuard = new DecodeGuard(marks, decoderTrap(process.env));
const mixer = new PictureMixer(
  {
    encoded: (rendition, { data, isKeyFrame }, time, shown) => {
      const owned = new Uint8Array(data.length);
      owned.set(data);
      toIo({ type: 'encoded', rendition, data: owned, isKeyFrame, time, shown }, [owned.buffer]);
    },
    keyFrameNeeded: (leg) => toIo({ type: 'key-frame-needed', leg }),
    fault,
  },
  () => clock.now(),
  decodeGuard,
);

let isReady = false;
function onIo(message: ToPicture): void {
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
      report(message);
      break;
    case 'fact':
      tell(message.fact);
      break;
    case 'heartbeat':
      if (!isReady) {
        isReady = true;
        tell({ type: 'ready', version: ENGINE_PROTOCOL_VERSION, ioTask: message.task });
        keepCompiled();
      }
      tell({ type: 'heartbeat', thread: 'io' });
      break;
  }
}
io.on('message', (message: ToPicture) => guarded('thread-message-failed', () => onIo(message)));
io.on('error', (error) => {
  // Half an engine is none: the gateway starts another one.
  fault('io-thread-died', error);
  setImmediate(() => process.exit(1));
});

function report({ at, legs, eventLoopDelay }: Extract<ToPicture, { type: 'figures' }>): void {
  tell({
    type: 'figures',
    at,
    legs: legs.map((figures) =>
      figures.video === undefined
        ? figures
        : { ...figures, video: { ...figures.video, ...mixer.figures(figures.leg) } },
    ),
    mixTimes: mixer.takeMixTimes(),
    ticksSkipped: mixer.takeTicksSkipped(),
    eventLoopDelay: { picture: delay.percentile(99) / 1e6, io: eventLoopDelay },
  });
  delay.reset();
}

let isWorking = false;
function obey(command: Command): void {
  switch (command.type) {
    case 'apply': {
      const { desired, quarantined, suspects } = command;
      // First of all, the sockets: they take the longest to be of use.
      toIo({ type: 'desired', desired });
      decodeGuard.suspect(suspects);
      mixer.apply(desired, quarantined).catch((error: unknown) => fault('apply-failed', error));
      if (!isWorking) {
        isWorking = true;
        beginWork();
      }
      break;
    }
    case 'resume':
      toIo({ type: 'resume', records: command.records });
      break;
    case 'key-frame':
      toIo({ type: 'key-frame', leg: command.leg });
      break;
    case 'stop':
      toIo({ type: 'stop' });
      io.once('exit', () => process.exit(0));
      break;
  }
}
process.on('message', (message) => {
  const command = commandSchema.safeParse(message);
  if (command.success) {
    guarded('command-failed', () => obey(command.data));
  } else {
    fault('command-refused', command.error);
  }
});
// Ctrl-C in a terminal reaches every process of the group: the gateway ends the engine when its calls are over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => undefined);
}
// Without a gateway there is nobody to mix for.
process.on('disconnect', () => process.exit(0));

setInterval(() => {
  tell({ type: 'heartbeat', thread: 'picture' });
  if (marks.beat()) {
    // It would come back no more, and has a core for itself. What it decodes stands in the marks.
    process.abort();
  }
}, BEAT_DISTANCE);

function beginWork(): void {
  const beat = new PictureBeat(clock.now(), 1000 / PICTURE_RATE);
  const mixDue = (): void => {
    const { beats, givenUp } = beat.due(clock.now());
    mixer.skip(givenUp);
    for (const at of beats) {
      mixer.tick(at).catch((error: unknown) => fault('mix-failed', error));
    }
    setTimeout(mixDue, Math.max(0, beat.next - clock.now()));
  };
  mixDue();
  setInterval(() => toIo({ type: 'figures' }), 1000);
}
