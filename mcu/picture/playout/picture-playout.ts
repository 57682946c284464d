import { Lateness } from './lateness.ts';
import { PLACES } from './picture-queue.ts';

/**
 * ms that a picture needs more than sound, on both ways, from its beat of the mix on: an encoder, the pacing of its packets and a
 * decoder, against the 20 ms of a microphone's packet and Opus, which looks ahead twice 6.5 ms. Measured on two cores:
 * `npm run bench -- delay`.
 */
const PICTURE_LATER = 2;
/** The longest that pictures wait for sound, ms: as long as a playout buffer holds sound. */
const LONGEST = 400;
/** Weight of the newest picture in the mean sound delay and the mean transit: two seconds of pictures. */
const WEIGHT = 1 / 50;
/** A sound delay within this of what is held for it (ms) is no other: a picture that changes its beat is one repeated or left out. */
const TOLERANCE = 8;
/** By how much the hold follows the sound from one picture to the next, ms: so motion stays even to the eye. */
const FOLLOW = 4;
/** A transit that far from the mean (ms) is no lateness where it lasts: the party's clock was set anew, or runs at another rate. */
const OTHER_BASE = 200;
/** A single picture that far away is enough. */
const NEW_CLOCK = 1000;
/** Pictures in a row past `OTHER_BASE` that make another base. */
const LASTING = 10;
/** Pictures for which a clock is not believed that was wrong: ten seconds of them. */
const DISTRUST = 250;

/** What is known of a picture when it is decoded; all in ms. */
export interface PictureTimes {
  /** Clock time at which its last packet was in its place. */
  readonly arrivedAt: number;
  /** Its unwrapped RTP timestamp. */
  readonly mediaTime: number;
  /** How long the party's sound waits to be mixed at this time; undefined where it sends none. */
  readonly soundDelay: number | undefined;
}

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
  #astray = 0;
  #distrusted = 0;
  #soundDelay: number | undefined;
  #followed = 0;
  #need = 0;
  #place = PLACES / 2;

  /** How long pictures wait from their arrival until they may be shown, on average. */
  get hold(): number {
    return Math.max(this.#need, this.#followed);
  }

  /** How long the party's sound has to wait at the least, to be mixed with the picture of its moment. */
  get soundDelayWanted(): number {
    return this.#need + this.#place + PICTURE_LATER;
  }

  /** A picture was shown by a beat, so long after it might be. */
  shown(place: number): void {
    this.#place += (Math.min(PLACES, Math.max(0, place)) - this.#place) * WEIGHT;
  }

  /** Takes a picture that is decoded at `now`. @returns when it may be shown */
  due({ arrivedAt, mediaTime, soundDelay }: PictureTimes, now: number): number {
    const takenAt = this.#believed(arrivedAt, mediaTime);
    const transit = this.#follow(arrivedAt - takenAt);
    this.#lateness.add(now - takenAt - transit, now);
    this.#need = this.#lateness.most(now);
    this.#followSound(soundDelay);
    return takenAt + transit + this.hold;
  }

  /** The media time where it can be believed, else that of the arrival. */
  #believed(arrivedAt: number, mediaTime: number): number {
    if (this.#distrusted > 0) {
      this.#distrusted -= 1;
      if (this.#distrusted === 0) {
        this.#begin();
        return mediaTime;
      }
      return arrivedAt;
    }
    const deviation = arrivedAt - mediaTime - (this.#transit ?? arrivedAt - mediaTime);
    this.#astray = deviation > OTHER_BASE ? this.#astray + 1 : 0;
    if (Math.abs(deviation) > NEW_CLOCK) {
      this.#begin();
    } else if (deviation < -OTHER_BASE || this.#astray >= LASTING) {
      this.#begin();
      this.#distrusted = DISTRUST;
      return arrivedAt;
    }
    return mediaTime;
  }

  /** Another time base. */
  #begin(): void {
    this.#transit = undefined;
    this.#pictures = 0;
    this.#astray = 0;
    this.#lateness.reset();
  }

  #follow(transit: number): number {
    this.#pictures += 1;
    const mean = this.#transit ?? transit;
    this.#transit = mean + (transit - mean) * Math.max(WEIGHT, 1 / this.#pictures);
    return this.#transit;
  }

  #followSound(soundDelay: number | undefined): void {
    if (soundDelay === undefined) {
      this.#soundDelay = undefined;
    } else {
      const mean = this.#soundDelay ?? soundDelay;
      this.#soundDelay = mean + (soundDelay - mean) * WEIGHT;
    }
    const wanted = Math.min(LONGEST, Math.max(0, (this.#soundDelay ?? 0) - PLACES / 2 - PICTURE_LATER));
    const way = wanted - this.#followed;
    if (Math.abs(way) > TOLERANCE) {
      this.#followed += Math.max(-FOLLOW, Math.min(FOLLOW, way));
    }
  }
}
