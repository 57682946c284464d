import type { EncodedFrame } from '#codecs/rtp/payload/video-payload.ts';

/**
 * ms that a picture needs more than sound, on both ways, where neither is held: a decoder, on average half a beat of the mix and now
 * and then its turn (mcu/picture/picture-queue.ts), an encoder, the pacing of its packets and a decoder again, against the 20 ms of a
 * microphone's packet and Opus, which looks ahead twice 6.5 ms. Measured on two cores: `npm run bench -- delay`.
 */
const PICTURE_LATER = 22;
/** The longest that a picture is held, ms: as long as a playout buffer holds sound. */
const LONGEST = 400;
/** By how much the hold may grow or shrink from one picture to the next, ms: so motion stays even to the eye. */
const GROWTH = 4;
const DECREASE = 20;
/** Pictures held at most; with more than these, the oldest go on before their time. */
const MOST = 40;
/** Octets held at most, likewise: what a stranger may make us keep. */
const MOST_BYTES = 8 * 1024 * 1024;

/** A picture and when it came, ms. */
export interface HeldPicture<C> {
  readonly codec: C;
  readonly frame: EncodedFrame;
  readonly arrivedAt: number;
}

interface Held<C> extends HeldPicture<C> {
  readonly dueAt: number;
}

/**
 * Lip sync of a party: its pictures wait, still encoded, for about as long as its sound waits in the playout buffer, so that
 * both are mixed in the same moment. In order; times in ms.
 */
export class PictureHold<C> {
  readonly #held: Held<C>[] = [];
  #bytes = 0;
  #hold = 0;

  /** ms that pictures are held now. */
  get hold(): number {
    return this.#hold;
  }

  /**
   * Takes a picture that came at `now`. `soundDelay`: how long the party's sound is held, undefined where it sends none.
   */
  push(codec: C, frame: EncodedFrame, soundDelay: number | undefined, now: number): void {
    const wanted = Math.min(LONGEST, Math.max(0, (soundDelay ?? 0) - PICTURE_LATER));
    this.#hold = Math.min(this.#hold + GROWTH, Math.max(this.#hold - DECREASE, wanted));
    const dueAt = Math.max(this.#held.at(-1)?.dueAt ?? now, now + this.#hold);
    this.#held.push({ codec, frame, arrivedAt: now, dueAt });
    this.#bytes += frame.data.length;
  }

  /** The pictures whose time has come, oldest first. */
  due(now: number): readonly HeldPicture<C>[] {
    let count = 0;
    let bytes = this.#bytes;
    for (const { dueAt, frame } of this.#held) {
      const isTooMuch = this.#held.length - count > MOST || bytes > MOST_BYTES;
      if (dueAt > now && !isTooMuch) {
        break;
      }
      count += 1;
      bytes -= frame.data.length;
    }
    this.#bytes = bytes;
    return this.#held.splice(0, count);
  }
}
