import type { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeToneLoop, type SoundLoop } from '../host/sound-loop.ts';

const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 400_000, frames: 100 };
/** Hz. */
const TONE = 440;

/** Rooms of the lesson that goes on while strangers do harm: each has a camera of its own number, and all have one sound. */
export class LessonRooms {
  readonly #signalling: HostSignalling;
  readonly #pictures: ReadonlyMap<number, PictureLoop>;
  readonly #sound: SoundLoop;

  private constructor(signalling: HostSignalling, pictures: ReadonlyMap<number, PictureLoop>, sound: SoundLoop) {
    this.#signalling = signalling;
    this.#pictures = pictures;
    this.#sound = sound;
  }

  /** Encodes the cameras of these numbers. */
  static async encode(signalling: HostSignalling, numbers: readonly number[]): Promise<LessonRooms> {
    const pictures = new Map<number, PictureLoop>();
    for (const host of numbers) {
      pictures.set(host, await encodePictureLoop({ ...CAMERA, host }));
    }
    return new LessonRooms(signalling, pictures, await encodeToneLoop('opus', TONE));
  }

  /** Opens a room with the camera of this number, which has not dialled yet. @throws Error where there is no such camera */
  open(name: string, number: number, watches = true): Promise<SimulatedHost> {
    const picture = this.#pictures.get(number);
    if (picture === undefined) {
      throw new Error(`no camera ${number} was encoded`);
    }
    return SimulatedHost.open({
      signalling: this.#signalling,
      name,
      pictures: [picture],
      sounds: [this.#sound],
      watches,
    });
  }
}
