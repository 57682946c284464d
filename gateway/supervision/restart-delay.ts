/** A process that ran for so long (ms) did not die at once. */
const LONG_LIFE = 10_000;
/** ms to wait after one, two, three … deaths at once; the last holds for all others. */
const DELAYS = [0, 0, 500, 1000, 2000, 5000, 10_000] as const;

/** How long to wait before a process that died is started again: not at all, unless it keeps dying at once. */
export class RestartDelay {
  #quickDeaths = 0;

  /** Deaths at once, one after another, so far. */
  get quickDeaths(): number {
    return this.#quickDeaths;
  }

  /** The process died after `life` ms. @returns ms to wait */
  died(life: number): number {
    this.#quickDeaths = life >= LONG_LIFE ? 0 : this.#quickDeaths + 1;
    return DELAYS[Math.min(this.#quickDeaths, DELAYS.length - 1)] ?? 0;
  }
}
