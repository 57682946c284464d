import type { FirEntry } from '#codecs/rtcp/payload-feedback.ts';

/** Requests that are answered at once after a quiet time, and ms after which another one is. */
const BURST = 4;
const DISTANCE = 1000;
/** A FIR with the number of the last one is its repetition for so long, ms (RFC 5104 §4.3.1.2: two round trips); some rooms never count. */
const REPETITION = 2000;
/** Sources that a receiver may speak for, and name. */
const MOST_COMMANDS = 8;

/**
 * How often one receiver gets key frames. A key frame costs all who share its rendition, so requests beyond one a second wait, and
 * any number of waiting ones is answered by one key frame. None is forgotten. Times in ms.
 */
export class KeyFrameDoor {
  #tokens = BURST;
  #at = Number.NEGATIVE_INFINITY;
  #waits = false;
  /** The last full intra request of each sender for each source. */
  readonly #commands = new Map<string, { readonly sequenceNumber: number; readonly at: number }>();

  /** A key frame is asked for. Whether it is to be given now; else `due` tells when. */
  asks(now: number): boolean {
    const isGiven = this.#take(now);
    this.#waits = !isGiven;
    return isGiven;
  }

  /** A full intra request came (RFC 5104 §4.3.1). @returns the sources that it asks anew for, which are all but those of a repetition */
  commands(senderSsrc: number, entries: readonly FirEntry[], now: number): number[] {
    return entries.filter((entry) => this.#isNew(senderSsrc, entry, now)).map(({ ssrc }) => ssrc);
  }

  /** Whether a key frame that waited is to be given now. */
  due(now: number): boolean {
    if (!this.#waits || !this.#take(now)) {
      return false;
    }
    this.#waits = false;
    return true;
  }

  #isNew(senderSsrc: number, { ssrc, sequenceNumber }: FirEntry, now: number): boolean {
    const key = `${senderSsrc} ${ssrc}`;
    const last = this.#commands.get(key);
    if (last?.sequenceNumber === sequenceNumber && now - last.at < REPETITION) {
      return false;
    }
    this.#commands.delete(key);
    this.#commands.set(key, { sequenceNumber, at: now });
    for (const oldest of this.#commands.keys()) {
      if (this.#commands.size <= MOST_COMMANDS) {
        break;
      }
      this.#commands.delete(oldest);
    }
    return true;
  }

  #take(now: number): boolean {
    this.#tokens = Math.min(BURST, this.#tokens + Math.max(0, now - this.#at) / DISTANCE);
    this.#at = now;
    if (this.#tokens < 1) {
      return false;
    }
    this.#tokens -= 1;
    return true;
  }
}
