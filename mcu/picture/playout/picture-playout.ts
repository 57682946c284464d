import type { PictureOrigin } from '../picture-origin.ts';
import { Lateness } from './lateness.ts';
import { BEAT } from './picture-queue.ts';

/**
 * ms that sound needs more than a picture beside what both wait here: the 20 ms of a microphone's packet and Opus, which looks ahead
 * twice 6.5 ms, against an encoder, the pacing of a picture's packets and a decoder. Measured on two cores: `npm run bench -- delay`.
 */
const SOUND_LONGER = 4;
/** The longest that pictures wait for sound, ms: as long as a playout buffer holds sound. */
const LONGEST = 400;
/** Weight of the newest picture in the mean sound delay and the mean transit: two seconds of pictures. */
const WEIGHT = 1 / 50;
/** The same in the mean wait of those shown: it is even already. */
const WAIT_WEIGHT = 1 / 10;
/** Sound and picture are together when they wait the same within this, ms: pictures change by whole beats. */
const TOGETHER = BEAT / 2 + 4;
/** By how much the hold changes from one picture to the next at the most, ms, where nothing is late: so motion stays even to the eye. */
const FOLLOW = 2;
/** A transit that far from the mean (ms) is no lateness where it lasts: the party's clock was set anew, or runs at another rate. */
const OTHER_BASE = 200;
/** How long it lasts then, ms: longer than what comes at once after a standstill of the line. */
const LASTING = 400;
/** A clock that was set anew so often within so many pictures tells nothing, and is not believed for as many. */
const WRONG = { times: 6, pictures: 250 } as const;

/**
 * When each picture of a party may be shown: a fixed time after it was taken, by its RTP timestamp, so that what the line and the
 * decoder make uneven is even again. That time is what the latest pictures need, and what the party's sound waits: lip sync. Where
 * pictures need more than that the sound is asked to wait for them. Pure; times in ms.
 */
export class PicturePlayout {
  readonly #lateness = new Lateness();
  /** Mean of arrival less media time. */
  #transit: number | undefined;
  #pictures = 0;
  #astraySince: number | undefined;
  /** Other bases taken within the last pictures, and pictures until these are forgotten. */
  #bases = { taken: 0, left: 0 };
  #distrusted = 0;
  #soundDelay: number | undefined;
  #followed = 0;
  #need = 0;
  /** Mean time from the arrival of pictures to the beats that show them. */
  #wait: number | undefined;

  /** How long pictures wait from their arrival until they may be shown, on average. */
  get hold(): number {
    return Math.max(this.#need, this.#followed);
  }

  /** How long the party's sound has to wait at the least, to be mixed with the picture of its moment. */
  get soundDelayWanted(): number {
    const wait = this.#wait ?? this.hold + BEAT / 2;
    // While pictures wait for sound, sound is asked for no more than their first beat without it: else both would wait for each other.
    const needed = this.#need >= this.#followed ? wait : this.#need + modulo(wait - this.#need, BEAT);
    return Math.max(0, needed - SOUND_LONGER);
  }

  /** A picture was shown by a beat, so long after it might be. */
  shown(place: number): void {
    this.#wait = mean(this.#wait, this.hold + place, WAIT_WEIGHT);
  }

  /**
   * Pictures wait for a beat more than they have to, and have done for long. @returns whether that is the sound's doing, and is counted to
   * what they wait for it from now on; where not they are to be shown earlier
   */
  keepsBeat(): boolean {
    const isTogether = Math.abs(this.#wayToSound) <= TOGETHER;
    if (isTogether) {
      this.#followed = Math.min(LONGEST, this.hold + BEAT);
    }
    return isTogether;
  }

  /** Takes a picture that is decoded at `now`. @returns when it may be shown */
  due(picture: Pick<PictureOrigin, 'arrivedAt' | 'mediaTime' | 'soundDelay'>, now: number): number {
    const { arrivedAt, soundDelay } = picture;
    this.#followSound(soundDelay);
    const takenAt = this.#believes() ? picture.mediaTime : arrivedAt;
    if (this.#isAstray(arrivedAt - takenAt, arrivedAt)) {
      return now;
    }
    const transit = this.#follow(arrivedAt - takenAt);
    this.#lateness.add(now - takenAt - transit, now);
    this.#need = Math.max(this.#lateness.most(now), this.#need - FOLLOW);
    return takenAt + transit + this.hold;
  }

  /** Whether the party's clock is believed for the next picture. */
  #believes(): boolean {
    if (this.#distrusted > 0) {
      this.#distrusted -= 1;
      if (this.#distrusted === 0) {
        this.#begin();
      }
    }
    return this.#distrusted === 0;
  }

  /** Whether a picture is later than can be waited for; takes another base where this lasts, or where one is earlier than can be. */
  #isAstray(transit: number, now: number): boolean {
    this.#bases.left -= 1;
    const deviation = transit - (this.#transit ?? transit);
    if (deviation > OTHER_BASE) {
      this.#astraySince ??= now;
      if (now - this.#astraySince < LASTING) {
        return true;
      }
    }
    if (Math.abs(deviation) > OTHER_BASE) {
      this.#begin();
      this.#countBase();
    }
    this.#astraySince = undefined;
    return false;
  }

  #countBase(): void {
    const { taken, left } = this.#bases;
    this.#bases = left > 0 ? { taken: taken + 1, left } : { taken: 1, left: WRONG.pictures };
    if (this.#bases.taken >= WRONG.times) {
      this.#bases = { taken: 0, left: 0 };
      this.#distrusted = WRONG.pictures;
    }
  }

  /** Another time base. */
  #begin(): void {
    this.#transit = undefined;
    this.#pictures = 0;
    this.#lateness.reset();
  }

  #follow(transit: number): number {
    this.#pictures += 1;
    this.#transit = mean(this.#transit, transit, Math.max(WEIGHT, 1 / this.#pictures));
    return this.#transit;
  }

  /** By how much pictures would have to wait longer to be shown with their sound. */
  get #wayToSound(): number {
    return this.#soundDelay === undefined ? -LONGEST : this.#soundDelay + SOUND_LONGER - (this.#wait ?? this.hold);
  }

  #followSound(soundDelay: number | undefined): void {
    this.#soundDelay = soundDelay === undefined ? undefined : mean(this.#soundDelay, soundDelay, WEIGHT);
    const way = this.#wayToSound;
    if (Math.abs(way) > TOGETHER) {
      this.#followed = Math.min(LONGEST, Math.max(0, this.#followed + Math.max(-FOLLOW, Math.min(FOLLOW, way))));
    }
  }
}

/** The running mean with one more value. */
function mean(before: number | undefined, value: number, weight: number): number {
  return before === undefined ? value : before + (value - before) * weight;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
