/** Pictures that wait at most: what comes at once after a short standstill of the line. */
const MOST = 3;
/** Beats after which waiting pictures that never became fewer are too many: of one that always waits, and of more. */
const PATIENCE = { one: 50, more: 25 } as const;

/** Beats over which the rate of a source is taken, and pictures in them by which it is faster than the mix: 26 a second. */
const RATE_WINDOW = 50;
const FAST = 52;

/** A picture of a source, and the memory behind it. */
export interface QueuedPicture {
  readonly picture: { free(): void };
}

/**
 * Decoded pictures of one source between its own beat and that of the mix, of which each shows one. Without a queue two that come
 * between two beats, though evenly sent, would cost one of them, and the next beat would show nothing new: motion stutters. What waits
 * makes the source late by a beat each, so that a picture is left out when one waited all the time, soon where it is more than one.
 * Of a source that sends more pictures than there are beats the newest counts, and none waits.
 */
export class PictureQueue<P extends QueuedPicture> {
  readonly #waiting: P[] = [];
  #shown: P | undefined;
  #isFast = false;
  #pushed = 0;
  #window = 0;
  #least = 0;
  #beats = 0;
  #leftOut = 0;

  /** What the beat shows; undefined before the first. Freed when the next takes its place. */
  get shown(): P | undefined {
    return this.#shown;
  }

  /** What came last. */
  get newest(): P | undefined {
    return this.#waiting.at(-1) ?? this.#shown;
  }

  /** Pictures that no beat showed. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** A new picture. */
  push(picture: P): void {
    while (this.#waiting.length >= (this.#isFast ? 1 : MOST)) {
      this.#leaveOut();
    }
    this.#waiting.push(picture);
    this.#pushed += 1;
  }

  /** The next beat. @returns whether it shows another picture than the one before */
  advance(): boolean {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      this.#shown?.picture.free();
      this.#shown = next;
    }
    this.#shorten();
    this.#takeRate();
    return next !== undefined;
  }

  /** Frees all. */
  clear(): void {
    for (const { picture } of this.#waiting.splice(0)) {
      picture.free();
    }
    this.#shown?.picture.free();
    this.#shown = undefined;
  }

  #takeRate(): void {
    this.#window += 1;
    if (this.#window === RATE_WINDOW) {
      this.#isFast = this.#pushed > FAST;
      this.#pushed = 0;
      this.#window = 0;
    }
  }

  #shorten(): void {
    const waiting = this.#waiting.length;
    this.#least = this.#beats === 0 ? waiting : Math.min(this.#least, waiting);
    this.#beats += 1;
    if (this.#least === 0) {
      this.#beats = 0;
    } else if (this.#beats >= (this.#least === 1 ? PATIENCE.one : PATIENCE.more)) {
      this.#leaveOut();
      this.#beats = 0;
    }
  }

  #leaveOut(): void {
    this.#waiting.shift()?.picture.free();
    this.#leftOut += 1;
  }
}
