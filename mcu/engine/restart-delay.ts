/** An engine that lived longer than this (ms) did not die of what the one before died of. */
const LONG_LIFE = 60_000;
/**
 * ms to the start of another engine where none stands by: the first two at once, for a bitstream that kills them is known by its
 * second one (Quarantine); growing where they go on dying.
 */
const DELAYS = [0, 0, 500, 2000, 5000] as const;

/** How long to wait before an engine that died is followed by another. */
export class RestartDelay {
  #quickDeaths = 0;

  /** An engine died after `life` ms. @returns ms to wait where none stands by */
  died(life: number): number {
    this.#quickDeaths = life > LONG_LIFE ? 0 : this.#quickDeaths + 1;
    return DELAYS[Math.min(this.#quickDeaths, DELAYS.length - 1)] ?? 0;
  }
}
