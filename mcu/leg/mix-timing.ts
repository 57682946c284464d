import type { PictureOrigin } from '../picture/picture-origin.ts';

/** Pictures remembered until somebody asks: a second of them in some renditions, and a few seconds of a late asker. */
const MOST = 500;
/** A skew of more than this (ms) is a party whose reports tell nothing: its clocks do not belong together. */
const NO_SKEW = 10_000;

/** What was seen of a party's pictures in mixes since the last call. */
export interface TakenMixTiming {
  /** ms of each, from its arrival to the first packet of a mix that shows it. */
  readonly delays: number[];
  /** Mean, ms: see `MixTiming`. Undefined where it cannot be known. */
  readonly skew: number | undefined;
}

/**
 * How long a party's pictures take through the mix, and how they leave it against its sound. Latencies are counted from the
 * moment that the party says it took a picture or a sound (RFC 3550 §6.4.1) to the moment that it leaves in a mix: by two clocks,
 * but their difference falls out of the skew, which is latency of picture less latency of sound. Above 0 the picture is late.
 */
export class MixTiming {
  #delays: number[] = [];
  #skews: number[] = [];

  /** A picture left in a mix at `now` (ms). `soundLatency`: ms, of the sound that left last, by the same clocks; undefined without any. */
  left(
    { arrivedAt, takenAt }: Pick<PictureOrigin, 'arrivedAt' | 'takenAt'>,
    soundLatency: number | undefined,
    now: number,
  ): void {
    if (this.#delays.length >= MOST) {
      return;
    }
    this.#delays.push(Math.max(0, now - arrivedAt));
    const skew = takenAt === undefined || soundLatency === undefined ? undefined : now - takenAt - soundLatency;
    if (skew !== undefined && Math.abs(skew) <= NO_SKEW) {
      this.#skews.push(skew);
    }
  }

  take(): TakenMixTiming {
    const [delays, skews] = [this.#delays, this.#skews];
    this.#delays = [];
    this.#skews = [];
    const skew = skews.length === 0 ? undefined : skews.reduce((sum, one) => sum + one, 0) / skews.length;
    return { delays, skew };
  }
}
