import type { LegDesired, RenditionDesired } from '#mcu/engine/protocol.ts';

/** What the machine carries, as far as it costs. */
export interface Composition {
  /** Parties whose pictures are decoded. */
  readonly pictures: number;
  /** Parties that bring and take sound alone, or only watch by the media server. */
  readonly sounds: number;
  /** Encodings, in pictures of 1280x720 at 25 a second. */
  readonly renditions: number;
}

/** Nobody, who costs nothing. */
export const NOTHING: Composition = { pictures: 0, sounds: 0, renditions: 0 };

/** Luma samples a second of 1280x720 at 25. */
const UNIT = 1280 * 720 * 25;
/** ms that a party may take to agree on media: as long it counts as one with a picture. */
const AGREEING = 10_000;

/** Both together. */
export function sumOf(a: Composition, b: Composition): Composition {
  return { pictures: a.pictures + b.pictures, sounds: a.sounds + b.sounds, renditions: a.renditions + b.renditions };
}

/** What was there all the time; nothing where there was no time. */
export function commonOf([first, ...others]: readonly Composition[]): Composition {
  return others.reduce(
    (least, one) => ({
      pictures: Math.min(least.pictures, one.pictures),
      sounds: Math.min(least.sounds, one.sounds),
      renditions: Math.min(least.renditions, one.renditions),
    }),
    first ?? NOTHING,
  );
}

/** How much encodings are, in pictures of 1280x720 at 25 a second. */
export function weightOf(renditions: readonly Pick<RenditionDesired, 'width' | 'height' | 'frameRate'>[]): number {
  return renditions.reduce((sum, { width, height, frameRate }) => sum + (width * height * frameRate) / UNIT, 0);
}

/** Counts who is there. What a party is shows when its media are agreed on, so that it is remembered when each came. */
export class Attendance {
  #since = new Map<string, number>();

  /**
   * @param parties ids of all parties
   * @param legs what the engine should have, of parties and others
   * @param now ms
   */
  count(
    parties: readonly string[],
    legs: readonly Pick<LegDesired, 'id' | 'audio' | 'video'>[],
    renditions: readonly Pick<RenditionDesired, 'width' | 'height' | 'frameRate'>[],
    now: number,
  ): Composition {
    this.#since = new Map(parties.map((id) => [id, this.#since.get(id) ?? now]));
    const media = new Map(legs.map((leg) => [leg.id, leg]));
    const pictures = parties.filter((id) => {
      const leg = media.get(id);
      const isAgreeing = leg?.audio?.media === undefined && now - (this.#since.get(id) ?? now) < AGREEING;
      return leg?.video?.media !== undefined || isAgreeing;
    }).length;
    return { pictures, sounds: parties.length - pictures, renditions: weightOf(renditions) };
  }
}
