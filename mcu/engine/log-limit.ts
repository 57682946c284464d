/** Entries of one event that pass at once. */
const BURST = 5;
/** ms after which one more passes. */
const REFILL = 10_000;
/** Events that are told apart; further ones share a place. */
const MAXIMUM_EVENTS = 100;

interface Allowance {
  left: number;
  refilledAt: number;
  held: number;
}

/** Keeps a fault that comes with every picture or packet from filling the log. */
export class LogLimit {
  readonly #events = new Map<string, Allowance>();

  /** How many entries of `event` were held back before this one, which passes; undefined where it is held back too. `now` in ms. */
  pass(event: string, now: number): number | undefined {
    const name = this.#events.has(event) || this.#events.size < MAXIMUM_EVENTS ? event : '';
    const allowance = this.#events.get(name) ?? { left: BURST, refilledAt: now, held: 0 };
    this.#events.set(name, allowance);
    const refills = Math.floor((now - allowance.refilledAt) / REFILL);
    allowance.left = Math.min(BURST, allowance.left + refills);
    allowance.refilledAt += refills * REFILL;
    if (allowance.left < 1) {
      allowance.held += 1;
      return undefined;
    }
    allowance.left -= 1;
    const { held } = allowance;
    allowance.held = 0;
    return held;
  }
}
