import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenPicture } from '../host/picture-receiver.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';
import { comeback, longestSilence } from '../measurement/comeback.ts';
import type { LessonPage } from '../peers/chromium.ts';
import { PageRecorder } from '../peers/page-recorder.ts';
import type { RunningService } from '../service/running-service.ts';
import {
  BROWSER,
  CODE,
  changesIn,
  closedOnFailure,
  FREQUENCIES,
  heardAgain,
  type LessonStage,
  type Loss,
  openLessonStage,
  ROOMS,
  SOURCES,
  settled,
} from './lesson-stage.ts';

/** ms from the loss within which what it costs begins. */
const BEGINS = 2000;
/** ms that everybody is watched before the loss and after it. */
const BEFORE = 2000;
const AFTER = 7000;

/** What a loss cost. Times in ms from the signal; undefined where it never came back. */
export interface LossFigures {
  /** Until each source moved again at each browser, by `browser source`. */
  readonly pages: ReadonlyMap<string, number | undefined>;
  /** Until the rooms' tones were heard again at each browser. */
  readonly sound: ReadonlyMap<string, number | undefined>;
  /** Until each room saw the browser move again. */
  readonly rooms: ReadonlyMap<string, number | undefined>;
  /** The longest standstill of each room's own mix, and of the other room in it, before the loss and after it. */
  readonly standstills: ReadonlyMap<string, { readonly before: number; readonly after: number }>;
  /** The longest time between two looks at a page, by browser: what is measured there is not finer. */
  readonly looks: ReadonlyMap<string, number>;
  /** Times that a page showed nothing at all, by browser. */
  readonly blanks: ReadonlyMap<string, number>;
}

/**
 * A lesson of two simulated rooms, a browser that shows the mix and one that shows single sources and has its camera off, whose media
 * server can be lost as often as one likes.
 */
export class WorkerLossStage {
  readonly service: RunningService;
  readonly pages: Readonly<Record<'mix' | 'sources', LessonPage>>;
  readonly rooms: readonly SimulatedHost[];
  readonly #stage: LessonStage;

  private constructor(stage: LessonStage, pages: WorkerLossStage['pages']) {
    this.service = stage.service;
    this.pages = pages;
    this.rooms = stage.rooms;
    this.#stage = stage;
  }

  /** Opens everything; resolves when everybody sees everybody. */
  static async open(): Promise<WorkerLossStage> {
    const stage = await openLessonStage();
    return await closedOnFailure(stage, async () => {
      const { chromium, service } = stage;
      const mix = await chromium.join(service.pageUrl(CODE), 'Teacher');
      const sources = await chromium.join(service.pageUrl(CODE), 'Patrol');
      await sources.press('camera');
      await sources.press('reception');
      const opened = new WorkerLossStage(stage, { mix, sources });
      await opened.#settled();
      return opened;
    });
  }

  /** Process id of the media server that works now. */
  get worker(): number {
    const pid = this.service.events.findLast(({ event }) => event === 'sfu-started')?.pid;
    if (pid === undefined) {
      throw new Error('the log names no media server');
    }
    return pid;
  }

  /** Loses the media server and watches for some seconds what comes of it. */
  async lose(loss: Loss): Promise<LossFigures> {
    const names = ['mix', 'sources'] as const;
    const recorders = await Promise.all(names.map((name) => PageRecorder.start(this.pages[name], FREQUENCIES)));
    const watches = this.rooms.map((room) => watchRoom(room));
    const begin = performance.now();
    await sleep(BEFORE);
    const cut = performance.now();
    process.kill(this.worker, loss);
    await sleep(AFTER);
    const end = performance.now();
    await Promise.all(recorders.map((recorder) => recorder.stop()));
    for (const watch of watches) {
      watch.stop();
    }
    const pages = new Map<string, number | undefined>();
    const sound = new Map<string, number | undefined>();
    const blanks = new Map<string, number>();
    const looks = new Map<string, number>();
    for (const [index, recorder] of recorders.entries()) {
      const name = names[index] ?? '';
      const { sights, sounds } = recorder;
      // The record ends with the last look.
      const last = Math.min(end, sights.at(-1)?.at ?? end);
      for (const host of SOURCES) {
        pages.set(`${name} ${host}`, comeback(changesIn(recorder, host), cut, last, BEGINS));
      }
      for (const [frequency, after] of heardAgain(recorder, cut, last, BEGINS)) {
        sound.set(`${name} ${frequency} Hz`, after);
      }
      looks.set(
        name,
        longestSilence(
          sounds.map(({ at }) => at),
          cut,
          last,
        ),
      );
      blanks.set(name, sights.filter(({ blank }) => blank).length);
    }
    return {
      pages,
      sound,
      blanks,
      rooms: new Map(watches.map(({ name, times }) => [name, comeback(times, cut, end, BEGINS)])),
      standstills: new Map(
        watches.flatMap(({ name, flows }) =>
          [...flows].map(([of, shown]) => [
            `${name} ${of}`,
            { before: longestSilence(shown, begin, cut), after: longestSilence(shown, cut, end) },
          ]),
        ),
      ),
      looks,
    };
  }

  close(): Promise<void> {
    return this.#stage.close();
  }

  async #settled(): Promise<void> {
    await settled(async () => {
      const recorders = await Promise.all(Object.values(this.pages).map((page) => PageRecorder.start(page, [])));
      await sleep(1000);
      await Promise.all(recorders.map((recorder) => recorder.stop()));
      return recorders.every((recorder) => SOURCES.every((host) => changesIn(recorder, host).length > 5));
    });
    const isBrowser = ({ marks }: { readonly marks: readonly { readonly host: number }[] }) =>
      marks.some(({ host }) => host === BROWSER);
    for (const room of this.rooms) {
      if ((await room.media.waitForPicture(isBrowser, 5000)) === undefined) {
        throw new Error(`${room.name} does not see the browser`);
      }
    }
  }
}

interface RoomWatch {
  readonly name: string;
  /** When the browser's picture changed. */
  readonly times: readonly number[];
  /** When the room's mix came, and when the other room in it changed. */
  readonly flows: ReadonlyMap<string, readonly number[]>;
  stop(): void;
}

function watchRoom(room: SimulatedHost): RoomWatch {
  const own = Number(room.name.split(' ')[1]);
  const other = ROOMS.find((host) => host !== own) ?? 0;
  const [times, mix, others]: [number[], number[], number[]] = [[], [], []];
  const newest = new Map<number, number>();
  const onPicture = ({ at, marks }: SeenPicture) => {
    mix.push(at);
    for (const { host, frame } of marks) {
      if (newest.get(host) !== frame) {
        newest.set(host, frame);
        (host === BROWSER ? times : host === other ? others : []).push(at);
      }
    }
  };
  room.media.on('picture', onPicture);
  const flows = new Map([
    ['mix', mix],
    [`room ${other}`, others],
  ]);
  return { name: room.name, times, flows, stop: () => room.media.off('picture', onPicture) };
}
