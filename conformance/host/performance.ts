import type { PictureLoop } from './picture-loop.ts';
import type { SoundLoop } from './sound-loop.ts';

/** What a host's camera and microphone give in one tick of 20 ms. */
export interface PerformanceTick {
  /** The picture taken at the beginning of the tick; undefined between two pictures. Not to be changed. */
  readonly picture: { readonly data: Buffer; readonly frame: number } | undefined;
  /** The payload of sound taken in the tick. Not to be changed. */
  readonly sound: Buffer | undefined;
}

/** ms of a tick: a payload of sound. */
export const TICK = 20;

/**
 * Plays a picture loop and a sound loop in step: the sound of a second begins with every 25th frame. A wish for a key frame
 * begins both anew, as the only key frame of a loop is its first. Either loop may be left out.
 */
export class Performance {
  #picture: PictureLoop | undefined;
  #sound: SoundLoop | undefined;
  /** Ticks since the loops began. */
  #position = 0;
  #keyFrames = 0;
  #interlude: Buffer[] = [];

  /** Key frames played so far. */
  get keyFrames(): number {
    return this.#keyFrames;
  }

  /** Changes the loops; another picture loop begins both anew. */
  use(picture: PictureLoop | undefined, sound: SoundLoop | undefined): void {
    if (picture !== this.#picture) {
      this.#position = 0;
    }
    this.#picture = picture;
    this.#sound = sound;
  }

  /** The next picture shall be a key frame. */
  giveKeyFrame(): void {
    this.#position = 0;
  }

  /** Plays these payloads in place of the sound loop's, once. */
  interpose(payloads: readonly Buffer[]): void {
    this.#interlude.push(...payloads);
  }

  next(): PerformanceTick {
    const position = this.#position;
    this.#position += 1;
    return { picture: this.#pictureAt(position), sound: this.#soundAt(position) };
  }

  #pictureAt(position: number): PerformanceTick['picture'] {
    if (this.#picture === undefined) {
      return undefined;
    }
    const { pictures, settings } = this.#picture;
    const ticksPerPicture = Math.max(1, Math.round(1000 / TICK / settings.frameRate));
    if (position % ticksPerPicture !== 0) {
      return undefined;
    }
    const frame = (position / ticksPerPicture) % pictures.length;
    this.#keyFrames += frame === 0 ? 1 : 0;
    const data = pictures[frame];
    return data === undefined ? undefined : { data, frame };
  }

  #soundAt(position: number): Buffer | undefined {
    const interposed = this.#interlude.shift();
    const payloads = this.#sound?.payloads ?? [];
    return interposed ?? payloads[position % payloads.length];
  }
}
