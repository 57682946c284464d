import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop } from '../host/picture-loop.ts';
import type { SeenPicture } from '../host/picture-receiver.ts';
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

const CODE = '1001';
const CAMERA = { width: 640, height: 360, frameRate: 25 } as const;
/** Numbers in the marks. */
const ROOMS = [1, 2] as const;
const BROWSER = 9;
/** Hz, of the rooms' tones. */
const FREQUENCIES = [400, 900] as const;
const BROWSER_FREQUENCY = 1600;
/** dB of full scale from which on a room's tone counts as heard: simulated hosts play theirs at -10. */
const HEARD = -40;
/** ms from the loss within which what it costs begins. */
const BEGINS = 2000;
/** ms that everybody is watched before the loss and after it. */
const BEFORE = 2000;
const AFTER = 7000;

/** How the media server is lost: it ends, or it hangs. */
export type Loss = 'SIGKILL' | 'SIGSTOP';

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
  readonly #end: () => Promise<void>;

  private constructor(
    service: RunningService,
    pages: WorkerLossStage['pages'],
    rooms: readonly SimulatedHost[],
    end: () => Promise<void>,
  ) {
    this.service = service;
    this.pages = pages;
    this.rooms = rooms;
    this.#end = end;
  }

  /** Opens everything; resolves when everybody sees everybody. */
  static async open(): Promise<WorkerLossStage> {
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
      const service = await RunningService.start();
      opened.push(() => service.stop());
      const signalling = await HostSignalling.open(currentTestNetwork().room.address);
      opened.push(() => signalling.close());
      const rooms: SimulatedHost[] = [];
      for (const [index, host] of ROOMS.entries()) {
        const room = await SimulatedHost.open({
          signalling,
          name: `Room ${host}`,
          pictures: [await encodePictureLoop({ ...CAMERA, host, bitRate: 500_000, frames: 100 })],
          sounds: [await encodeToneLoop('opus', FREQUENCIES[index] ?? 0)],
        });
        opened.push(() => room.hangUp());
        await room.dial(service.sipUri(CODE));
        rooms.push(room);
      }
      const chromium = await Chromium.start(devices);
      opened.push(() => chromium.stop());
      const mix = await chromium.join(service.pageUrl(CODE), 'Teacher');
      const sources = await chromium.join(service.pageUrl(CODE), 'Patrol');
      await sources.press('camera');
      await sources.press('reception');
      const stage = new WorkerLossStage(service, { mix, sources }, rooms, end);
      await stage.#settled();
      return stage;
    } catch (error) {
      await end();
      throw error;
    }
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
    for (const [index, { sights, sounds }] of recorders.entries()) {
      const name = names[index] ?? '';
      // The record ends with the last look.
      const last = Math.min(end, sights.at(-1)?.at ?? end);
      for (const host of [...ROOMS, BROWSER]) {
        pages.set(`${name} ${host}`, comeback(changes(sights, host), cut, last, BEGINS));
      }
      for (const [tone, frequency] of FREQUENCIES.entries()) {
        const loud = sounds.filter(({ levels }) => (levels[tone] ?? -200) > HEARD).map(({ at }) => at);
        sound.set(`${name} ${frequency} Hz`, comeback(loud, cut, last, BEGINS));
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
    return this.#end();
  }

  async #settled(): Promise<void> {
    await until('everybody sees everybody', 20_000, async () => {
      const recorders = await Promise.all(Object.values(this.pages).map((page) => PageRecorder.start(page, [])));
      await sleep(1000);
      await Promise.all(recorders.map((recorder) => recorder.stop()));
      const seesAll = (sights: PageRecorder['sights']) =>
        [...ROOMS, BROWSER].every((host) => changes(sights, host).length > 5);
      return recorders.every(({ sights }) => seesAll(sights)) ? true : undefined;
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

/** When a source's picture changed in a page. */
function changes(sights: PageRecorder['sights'], host: number): number[] {
  let before: number | undefined;
  return sights.flatMap(({ at, marks }) => {
    const frame = marks.find((mark) => mark.host === host)?.frame;
    const isNew = frame !== undefined && frame !== before;
    before = frame ?? before;
    return isNew ? [at] : [];
  });
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
