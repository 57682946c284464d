/** Parts of the window, each with a minimum of its own. */
const PARTS = 8;

/**
 * How much sound a playout buffer held beyond need: the least that was left after any pull of the last seconds. What was never
 * needed in that time is only delay. Levels and times in ms.
 */
export class PlayoutSlack {
  readonly #part: number;
  /** Oldest first. */
  #parts: { readonly begun: number; least: number }[] = [];

  /** `window` in ms. */
  constructor(window: number) {
    this.#part = window / PARTS;
  }

  /** So much was left after the pull at `now`. */
  left(level: number, now: number): void {
    const newest = this.#parts.at(-1);
    if (newest === undefined || now - newest.begun >= this.#part) {
      this.#parts = [...this.#parts, { begun: now, least: level }].slice(-(PARTS + 1));
      return;
    }
    newest.least = Math.min(newest.least, level);
  }

  /** The least of the window; 0 before one has passed. */
  get value(): number {
    return this.#parts.length <= PARTS ? 0 : Math.min(...this.#parts.map(({ least }) => least));
  }

  /** So much was left out: there is less from now on, as if there had always been. */
  take(amount: number): void {
    for (const part of this.#parts) {
      part.least -= amount;
    }
  }

  /** Another flow begins. */
  reset(): void {
    this.#parts = [];
  }
}
