import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeToneLoop } from '../host/sound-loop.ts';
import { comeback } from '../measurement/comeback.ts';
import { writeCodedCamera } from '../media/coded-camera.ts';
import { writeTone } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Chromium } from '../peers/chromium.ts';
import type { PageRecorder } from '../peers/page-recorder.ts';
import { RunningService } from '../service/running-service.ts';

/** The class of the lesson. */
export const CODE = '1001';
/** Numbers in the marks: of the rooms, and of the browser. */
export const ROOMS = [1, 2] as const;
/** The number of the browser’s camera. */
export const BROWSER = 9;
/** Everybody who sends a picture. */
export const SOURCES: readonly number[] = [...ROOMS, BROWSER];
/** Hz, of the rooms' tones. */
export const FREQUENCIES = [400, 900] as const;

const CAMERA = { width: 640, height: 360, frameRate: 25 } as const;
const BROWSER_FREQUENCY = 1600;
/** dB of full scale from which on a room's tone counts as heard: simulated hosts play theirs at -10. */
const HEARD = -40;
/** ms in which everybody must see everybody at the start. */
const SETTLED = 20_000;

/** How a part of the service is lost: it ends, or it hangs. */
export type Loss = 'SIGKILL' | 'SIGSTOP';

/** The service with a lesson of two simulated rooms, and a Chromium with a camera that has not joined yet. */
export interface LessonStage {
  readonly service: RunningService;
  readonly signalling: HostSignalling;
  readonly rooms: readonly SimulatedHost[];
  readonly chromium: Chromium;
  close(): Promise<void>;
}

/** Opens everything, the service with these environment variables. Where that fails nothing stays open. */
export async function openLessonStage(environment: Readonly<Record<string, string>> = {}): Promise<LessonStage> {
  const opened: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closeOne of opened.toReversed()) {
      await closeOne();
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
    return { service, signalling, rooms, chromium, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes what stands on a stage; where that fails the stage is closed. */
export async function closedOnFailure<T>(stage: LessonStage, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    await stage.close();
    throw error;
  }
}

/** Resolves when everybody sees everybody, which is looked at again and again. */
export async function settled(looksWell: () => Promise<boolean>): Promise<void> {
  await until('everybody sees everybody', SETTLED, async () => ((await looksWell()) ? true : undefined));
}

/** What the camera of a room of the stage sends. */
export function cameraLoop(host: number): Promise<PictureLoop> {
  return encodePictureLoop({ ...CAMERA, host, bitRate: 500_000, frames: 100 });
}

/** When a source's picture changed in a page. */
export function changesIn({ sights }: Pick<PageRecorder, 'sights'>, source: number): number[] {
  let before: number | undefined;
  return sights.flatMap(({ at, marks }) => {
    const frame = marks.find(({ host }) => host === source)?.frame;
    const isNew = frame !== undefined && frame !== before;
    before = frame ?? before;
    return isNew ? [at] : [];
  });
}

/** ms from `cut` until a page heard each room's tone again, by Hz; it was watched until `end`, and the loss began `within` ms. */
export function heardAgain(
  { sounds }: Pick<PageRecorder, 'sounds'>,
  cut: number,
  end: number,
  within: number,
): Map<number, number | undefined> {
  return new Map(
    FREQUENCIES.map((frequency, tone) => {
      const loud = sounds.filter(({ levels }) => (levels[tone] ?? -200) > HEARD).map(({ at }) => at);
      return [frequency, comeback(loud, cut, end, within)];
    }),
  );
}
