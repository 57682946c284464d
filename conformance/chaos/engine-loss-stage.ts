import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeToneLoop } from '../host/sound-loop.ts';
import { comeback, longestSilence } from '../measurement/comeback.ts';
import { writeCodedCamera } from '../media/coded-camera.ts';
import { writeTone } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Chromium, type LessonPage } from '../peers/chromium.ts';
import { PageRecorder } from '../peers/page-recorder.ts';
import { RunningService } from '../service/running-service.ts';
import { type RoomSteps, RoomWatch } from './room-watch.ts';

const CODE = '1001';
const CAMERA = { width: 640, height: 360, frameRate: 25 } as const;
/** Numbers in the marks: the rooms, and the browser. */
const ROOMS = [1, 2] as const;
const BROWSER = 9;
const SOURCES: readonly number[] = [...ROOMS, BROWSER];
/** Hz, of the rooms' tones and the browser's. */
const FREQUENCIES = [400, 900] as const;
const BROWSER_FREQUENCY = 1600;
/** dB of full scale from which on a room's tone counts as heard: simulated hosts play theirs at -10. */
const HEARD = -40;
/** ms that everybody is watched before a loss and after it. */
const BEFORE = 1500;
const AFTER = 3500;
/** A standstill that begins later than this (ms after the loss) has another cause. */
const WITHIN = 1000;
/** ms in which a second engine must stand by. */
const STANDBY_PATIENCE = 60_000;

/** How the engine is lost: it ends, or it hangs. */
export type Loss = 'SIGKILL' | 'SIGSTOP';

/** What a loss cost. Times in ms from the signal; undefined where it never came back. */
export interface EngineLossFigures {
  /** Until each source moved again at each viewer, by `viewer source`. */
  readonly pictures: ReadonlyMap<string, number | undefined>;
  /** Until the others were heard again, by viewer. */
  readonly sound: ReadonlyMap<string, number | undefined>;
  /** SSRCs of what each room was sent, pictures and sound. */
  readonly ssrcs: ReadonlyMap<string, { readonly picture: readonly number[]; readonly sound: readonly number[] }>;
  /** By how much (ms) the clocks of picture and sound moved, by timestamps and sender reports, by room. */
  readonly shifts: ReadonlyMap<string, { readonly picture: number; readonly sound: number }>;
  /** When the gateway knew of the loss, when the state was in force again, and what the slowest room saw in turn. */
  readonly split: RoomSteps & { readonly detected: number; readonly bound: number };
  /** The longest time between two looks at the page: what is measured there is not finer. */
  readonly look: number;
  /** The longest standstill of any source at any viewer after that. Busy machines have such without a loss. */
  readonly later: number;
}

/** A lesson of two simulated rooms and a browser, whose engine can be lost as often as one likes. */
export class EngineLossStage {
  readonly service: RunningService;
  readonly signalling: HostSignalling;
  readonly rooms: readonly SimulatedHost[];
  readonly page: LessonPage;
  readonly #end: () => Promise<void>;

  private constructor(
    parts: Pick<EngineLossStage, 'service' | 'signalling' | 'rooms' | 'page'>,
    end: () => Promise<void>,
  ) {
    this.service = parts.service;
    this.signalling = parts.signalling;
    this.rooms = parts.rooms;
    this.page = parts.page;
    this.#end = end;
  }

  /** Opens everything, the service with these environment variables; resolves when everybody sees everybody. */
  static async open(environment: Readonly<Record<string, string>> = {}): Promise<EngineLossStage> {
    const opened: (() => Promise<unknown>)[] = [];
    const end = async () => {
      for (const close of opened.toReversed()) {
        await close();
      }
    };
    try {
      const folder = await mkdtemp(join(tmpdir(), 'classbridge-loss-'));
      opened.push(() => rm(folder, { recursive: true, force: true }));
      const devices = { picture: join(folder, 'camera.y4m'), sound: join(folder, 'microphone.wav') };
      await writeCodedCamera(devices.picture, { ...CAMERA, host: BROWSER, frames: 100 });
      await writeTone(devices.sound, BROWSER_FREQUENCY, 60);
      const service = await RunningService.start(environment);
      opened.push(() => service.stop());
      const signalling = await HostSignalling.open(currentTestNetwork().room.address);
      opened.push(() => signalling.close());
      const rooms: SimulatedHost[] = [];
      for (const [index, host] of ROOMS.entries()) {
        const room = await SimulatedHost.open({
          signalling,
          name: `Room ${host}`,
          pictures: [await cameraLoop(host)],
          sounds: [await encodeToneLoop('opus', FREQUENCIES[index] ?? 0)],
        });
        opened.push(() => room.hangUp());
        await room.dial(service.sipUri(CODE));
        rooms.push(room);
      }
      const chromium = await Chromium.start(devices);
      opened.push(() => chromium.stop());
      const page = await chromium.join(service.pageUrl(CODE), 'Teacher');
      const stage = new EngineLossStage({ service, signalling, rooms, page }, end);
      await stage.#settled();
      return stage;
    } catch (error) {
      await end();
      throw error;
    }
  }

  /** Process id of the engine that works now. */
  get engine(): number {
    const pid = this.service.events.findLast(({ event }) => event === 'engine-working')?.pid;
    if (pid === undefined) {
      throw new Error('the log names no engine');
    }
    return pid;
  }

  /** SIP address of the lesson. */
  get uri(): string {
    return this.service.sipUri(CODE);
  }

  /** Resolves when a second engine stands by. */
  async standsBy(): Promise<void> {
    await until('an engine stands by', STANDBY_PATIENCE, () => {
      const last = this.service.events.findLast(
        ({ event }) => event === 'engine-working' || event === 'engine-stands-by',
      );
      return last?.event === 'engine-stands-by' ? true : undefined;
    });
  }

  /** Loses the engine and watches for some seconds what comes of it. */
  async lose(loss: Loss): Promise<EngineLossFigures> {
    await this.standsBy();
    return await this.watch(() => process.kill(this.engine, loss));
  }

  /** Watches for some seconds what comes of a blow. */
  async watch(strike: () => void): Promise<EngineLossFigures> {
    const recorder = await PageRecorder.start(this.page, FREQUENCIES);
    const watches = this.rooms.map((room) => new RoomWatch(room.media, SOURCES));
    await sleep(BEFORE);
    const cut = performance.now();
    strike();
    await sleep(AFTER);
    const end = performance.now();
    await recorder.stop();
    for (const watch of watches) {
      watch.end();
    }
    let later = 0;
    const back = (times: readonly number[], until: number) => {
      const after = comeback(times, cut, until, WITHIN);
      later = Math.max(later, longestSilence(times, cut + Math.max(WITHIN, after ?? 0), until));
      return after;
    };
    const pictures = new Map<string, number | undefined>();
    const sound = new Map<string, number | undefined>();
    for (const [index, watch] of watches.entries()) {
      const name = this.rooms[index]?.name ?? '';
      for (const source of SOURCES) {
        pictures.set(`${name} ${source}`, back(watch.changes(source), end));
      }
      sound.set(name, comeback(watch.loud, cut, end, WITHIN));
    }
    const last = recorder.sights.at(-1)?.at ?? end;
    for (const source of SOURCES) {
      pictures.set(`page ${source}`, back(changesIn(recorder, source), last));
    }
    for (const [tone, frequency] of FREQUENCIES.entries()) {
      const loud = recorder.sounds.filter(({ levels }) => (levels[tone] ?? -200) > HEARD).map(({ at }) => at);
      sound.set(`page ${frequency} Hz`, comeback(loud, cut, last, WITHIN));
    }
    const looks = recorder.sounds.map(({ at }) => at);
    const named = <T>(of: (watch: RoomWatch) => T) =>
      new Map(watches.map((watch, index) => [this.rooms[index]?.name ?? '', of(watch)]));
    return {
      pictures,
      sound,
      ssrcs: named(({ ssrcs }) => ssrcs),
      shifts: named((watch) => watch.shifts(cut)),
      split: { ...this.#logged(cut), ...slowest(watches.map((watch) => watch.steps(cut))) },
      look: longestSilence(looks, cut, last),
      later,
    };
  }

  close(): Promise<void> {
    return this.#end();
  }

  /** What the log tells of the loss at `cut`, in ms from it; NaN where it is silent. */
  #logged(cut: number): { readonly detected: number; readonly bound: number } {
    const since = performance.timeOrigin + cut;
    const at = (name: string) => {
      const time = this.service.events.find(
        ({ event, time: told }) => event === name && (told ?? 0) >= since - 1,
      )?.time;
      return time === undefined ? Number.NaN : time - since;
    };
    return { detected: at('engine-died'), bound: at('engine-took-over') };
  }

  async #settled(): Promise<void> {
    await until('everybody sees everybody', 20_000, async () => {
      const recorder = await PageRecorder.start(this.page, []);
      const watches = this.rooms.map((room) => new RoomWatch(room.media, SOURCES));
      await sleep(1000);
      await recorder.stop();
      for (const watch of watches) {
        watch.end();
      }
      const all = SOURCES.every((source) =>
        [changesIn(recorder, source), ...watches.map((watch) => watch.changes(source))].every(
          (times) => times.length > 10,
        ),
      );
      return all ? true : undefined;
    });
  }
}

/** What the camera of a room of the stage sends. */
export function cameraLoop(host: number): Promise<PictureLoop> {
  return encodePictureLoop({ ...CAMERA, host, bitRate: 500_000, frames: 100 });
}

/** When a source's picture changed in the page. */
function changesIn({ sights }: PageRecorder, source: number): number[] {
  let before: number | undefined;
  return sights.flatMap(({ at, marks }) => {
    const frame = marks.find(({ host }) => host === source)?.frame;
    const isNew = frame !== undefined && frame !== before;
    before = frame ?? before;
    return isNew ? [at] : [];
  });
}

function slowest(steps: readonly RoomSteps[]): RoomSteps {
  const latest = (of: keyof RoomSteps) => Math.max(...steps.map((step) => step[of]));
  return {
    firstPacket: latest('firstPacket'),
    keyFrameAsked: latest('keyFrameAsked'),
    firstPicture: latest('firstPicture'),
    whole: latest('whole'),
  };
}
