/** What was not written in one window. */
export interface HeldBack {
  readonly lines: number;
  /** Sources that these came from: all of them, or as many as are told apart. */
  readonly sources: number;
}

/** How many lines strangers may cause. */
export interface LineBudgetOptions {
  /** Lines of one source in a window. */
  readonly perSource: number;
  /** Lines in a window. */
  readonly inAll: number;
  /** ms */
  readonly window: number;
}

/**
 * How many lines strangers may make us write: so many for each source and so many in all in a window of time, which begins
 * with its first line. Bounded: no more sources are told apart than lines are written, and as many again. Times in ms.
 */
export class LineBudget {
  readonly #options: LineBudgetOptions;
  readonly #written = new Map<string, number>();
  readonly #held = new Set<string>();
  #begin: number | undefined;
  #lines = 0;
  #heldLines = 0;

  constructor(options: LineBudgetOptions) {
    this.#options = options;
  }

  /** When the window ends; undefined where none has begun. */
  get end(): number | undefined {
    return this.#begin === undefined ? undefined : this.#begin + this.#options.window;
  }

  /** Whether a line about this source may be written; where not, it is counted. Call `close` first when the window is over. */
  admits(source: string, now: number): boolean {
    this.#begin ??= now;
    const written = this.#written.get(source) ?? 0;
    if (written < this.#options.perSource && this.#lines < this.#options.inAll) {
      this.#written.set(source, written + 1);
      this.#lines += 1;
      return true;
    }
    this.#heldLines += 1;
    if (this.#held.size < this.#options.inAll) this.#held.add(source);
    return false;
  }

  /** Ends the window; tells what was held back in it, if anything was. */
  close(): HeldBack | undefined {
    const held = this.#heldLines === 0 ? undefined : { lines: this.#heldLines, sources: this.#held.size };
    this.#begin = undefined;
    this.#written.clear();
    this.#held.clear();
    this.#lines = 0;
    this.#heldLines = 0;
    return held;
  }
}
