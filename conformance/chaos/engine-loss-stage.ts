import { setTimeout as sleep } from 'node:timers/promises';
import type { HostSignalling } from '../host/host-signalling.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';
import { comeback, longestSilence } from '../measurement/comeback.ts';
import { until } from '../media/until.ts';
import type { LessonPage } from '../peers/chromium.ts';
import { PageRecorder } from '../peers/page-recorder.ts';
import type { RunningService } from '../service/running-service.ts';
import {
  CODE,
  changesIn,
  closedOnFailure,
  FREQUENCIES,
  heardAgain,
  type LessonStage,
  type Loss,
  openLessonStage,
  SOURCES,
  settled,
} from './lesson-stage.ts';
import { type RoomSteps, RoomWatch } from './room-watch.ts';

/** ms that everybody is watched before a loss and after it. */
const BEFORE = 1500;
const AFTER = 3500;
/** A standstill that begins later than this (ms after the loss) has another cause. */
const WITHIN = 1000;
/** ms in which a second engine must stand by. */
const STANDBY_PATIENCE = 60_000;

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
  readonly #stage: LessonStage;

  private constructor(stage: LessonStage, page: LessonPage) {
    this.service = stage.service;
    this.signalling = stage.signalling;
    this.rooms = stage.rooms;
    this.page = page;
    this.#stage = stage;
  }

  /** Opens everything, the service with these environment variables; resolves when everybody sees everybody. */
  static async open(environment: Readonly<Record<string, string>> = {}): Promise<EngineLossStage> {
    const stage = await openLessonStage(environment);
    return await closedOnFailure(stage, async () => {
      const page = await stage.chromium.join(stage.service.pageUrl(CODE), 'Teacher');
      const opened = new EngineLossStage(stage, page);
      await opened.#settled();
      return opened;
    });
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
    for (const [frequency, after] of heardAgain(recorder, cut, last, WITHIN)) {
      sound.set(`page ${frequency} Hz`, after);
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
    return this.#stage.close();
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
    await settled(async () => {
      const recorder = await PageRecorder.start(this.page, []);
      const watches = this.rooms.map((room) => new RoomWatch(room.media, SOURCES));
      await sleep(1000);
      await recorder.stop();
      for (const watch of watches) {
        watch.end();
      }
      return SOURCES.every((source) =>
        [changesIn(recorder, source), ...watches.map((watch) => watch.changes(source))].every(
          (times) => times.length > 10,
        ),
      );
    });
  }
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
