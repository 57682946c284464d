import { z } from 'zod';
import type { Composition } from './composition.ts';

/** What runs out first: the time of a picture in the mix, or the processors. */
export const RESOURCES = ['mixing', 'processor'] as const;
/** One of `RESOURCES`. */
export type Resource = (typeof RESOURCES)[number];

/** A share (0 to 1) of each resource. */
export type Loads = Readonly<Record<Resource, number>>;

/** Processor time of one picture of 1280x720, ms on one core. */
export const pictureTimesSchema = z.object({
  decode: z.number().positive().max(1000),
  /** Into the canvas. */
  scale: z.number().positive().max(1000),
  encode: z.number().positive().max(1000),
});
/** What the work on a picture takes here: `pictureTimesSchema`. */
export type PictureTimes = z.infer<typeof pictureTimesSchema>;

/** Those of a slow core: used until they are measured. */
export const CAUTIOUS_TIMES: PictureTimes = { decode: 1.5, scale: 0.7, encode: 7 };

/** ms of a picture at 25 a second. */
export const FRAME_TIME = 40;
/** ms of one core in each frame time for the packets and the sound of a party. */
const PACKETS_AND_SOUND = 1.5;
/** Threads that decode, scale and encode at the most: those of libuv's pool. */
const POOL = 4;

/** What the parts of a composition take of each resource, by the times of single pictures; what is seen corrects it. */
export class Costs {
  readonly #times: PictureTimes;
  readonly #cores: number;

  /** @param cores processors, at least 1 */
  constructor(times: PictureTimes, cores: number) {
    this.#times = times;
    this.#cores = Math.max(1, cores);
  }

  /** What a composition should take; above 1 where it is too much. */
  of({ pictures, sounds, renditions }: Composition): Loads {
    const { decode, scale, encode } = this.#times;
    const composing = pictures * scale + renditions * encode;
    const everything = composing + pictures * decode + (pictures + sounds) * PACKETS_AND_SOUND;
    return {
      // Decoders take their turns among the others.
      mixing: (composing + (pictures * decode) / 2) / (FRAME_TIME * Math.min(POOL, this.#cores)),
      processor: everything / (FRAME_TIME * this.#cores),
    };
  }
}
