/** A frame that comes this much later than the one before is late, ms: two pictures at 25 a second, and half of one. */
const LATE = 100;

/** What became of the frames of one source in one view. */
export interface FrameBalance {
  /** Frames that were shown, each once. */
  readonly shown: number;
  /** Frames that were left out between two that were shown. */
  readonly missed: number;
  /** Frames that came more than 100 ms after the one before. */
  readonly late: number;
  /** Longest time that one stood, ms. */
  readonly longest: number;
}

/** Follows the numbers of a source's frames, one by one: which are left out, which come late. */
export class MissedFrames {
  readonly #loop: number;
  #last: { readonly frame: number; readonly at: number } | undefined;
  #balance = { shown: 0, missed: 0, late: 0, longest: 0 };

  /** @param loop numbers after which the source begins anew with 0 */
  constructor(loop: number) {
    this.#loop = loop;
  }

  /** A picture that shows this frame was there at `at` (ms). The same frame again is no news. */
  shown(frame: number, at: number): void {
    if (this.#last?.frame === frame) return;
    if (this.#last !== undefined) {
      const steps = (frame - this.#last.frame + this.#loop) % this.#loop;
      const wait = at - this.#last.at;
      // A still picture of more than a loop would hide whole rounds: its length tells how many.
      const period = (this.#loop * 1000) / 25;
      this.#balance.missed += steps - 1 + this.#loop * Math.max(0, Math.round((wait - steps * 40) / period));
      this.#balance.late += wait > LATE ? 1 : 0;
      this.#balance.longest = Math.max(this.#balance.longest, wait);
    }
    this.#balance.shown += 1;
    this.#last = { frame, at };
  }

  /** What came since the last call, up to `now` (ms): a picture that stands still counts as long as it does. */
  take(now: number): FrameBalance {
    const standing = this.#last === undefined ? 0 : now - this.#last.at;
    const taken = { ...this.#balance, longest: Math.max(this.#balance.longest, standing) };
    this.#balance = { shown: 0, missed: 0, late: 0, longest: 0 };
    return taken;
  }
}
