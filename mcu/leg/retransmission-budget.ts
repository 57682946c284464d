/** Bits that may be saved up, in ms of the stream's rate: a burst of loss is answered at once. */
const BURST_MS = 500;

/**
 * How much may be sent again: no more than the stream itself, so that a peer that asks for everything over and over
 * cannot draw many times its stream out of us.
 */
export class RetransmissionBudget {
  #rate: number;
  #bits: number;
  #at = Number.NEGATIVE_INFINITY;

  /** `rate` in bit/s. */
  constructor(rate: number) {
    this.#rate = rate;
    this.#bits = (rate * BURST_MS) / 1000;
  }

  /** bit/s. */
  set rate(rate: number) {
    this.#rate = rate;
  }

  /** Whether so many octets may be sent again at `now` (ms); if so they count as sent. */
  admits(octets: number, now: number): boolean {
    const most = (this.#rate * BURST_MS) / 1000;
    this.#bits = Math.min(most, this.#bits + (Math.max(0, now - this.#at) * this.#rate) / 1000);
    this.#at = now;
    if (8 * octets > this.#bits) {
      return false;
    }
    this.#bits -= 8 * octets;
    return true;
  }
}
