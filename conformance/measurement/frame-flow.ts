/** A frame that comes later than three times the mean distance, and by this much (ms), ends a freeze (W3C webrtc-stats freezeCount). */
const FREEZE_MARGIN = 150;
/** Frames whose distances make the mean. */
const WINDOW = 30;

/** How evenly the frames of a source come: their rate, what was left out and where they stood still. Times in ms. */
export class FrameFlow {
  readonly #distances: number[] = [];
  #first: number | undefined;
  #last: { readonly frame: number; readonly at: number } | undefined;
  #count = 0;
  #freezes = 0;
  #longest = 0;

  /** A picture that shows this frame was decoded at `at`. The same frame again is no news. */
  shown(frame: number, at: number): void {
    if (this.#last?.frame === frame) {
      return;
    }
    if (this.#last !== undefined) {
      this.#distance(at - this.#last.at);
    }
    this.#first ??= at;
    this.#last = { frame, at };
    this.#count += 1;
  }

  /** New frames seen. */
  get frames(): number {
    return this.#count;
  }

  /** Times that the picture stood still and went on. */
  get freezes(): number {
    return this.#freezes;
  }

  /** The longest distance between two new frames, ms. */
  get longest(): number {
    return this.#longest;
  }

  /** New frames a second, from the first to the last; undefined before there were two. */
  get rate(): number | undefined {
    const span = (this.#last?.at ?? 0) - (this.#first ?? 0);
    return this.#count < 2 || span <= 0 ? undefined : ((this.#count - 1) * 1000) / span;
  }

  #distance(distance: number): void {
    this.#longest = Math.max(this.#longest, distance);
    const mean = this.#distances.reduce((sum, one) => sum + one, 0) / this.#distances.length;
    if (this.#distances.length > 0 && distance > Math.max(3 * mean, mean + FREEZE_MARGIN)) {
      this.#freezes += 1;
      return;
    }
    this.#distances.push(distance);
    if (this.#distances.length > WINDOW) {
      this.#distances.shift();
    }
  }
}
