/** What the time between two reports is reckoned from. */
export interface ReportIntervalOptions {
  /** bit/s of the session's RTP, both headers and payload: RTCP gets 5 % of it (RFC 3550 §6.2). */
  readonly sessionBandwidth: number;
  /**
   * ms between two reports at least. Default: the reduced minimum of RFC 3550 §6.2, 360 s divided by the bandwidth in kbit/s,
   * within 500 to 5000 ms.
   */
  readonly minimumMs?: number;
}

const RTCP_SHARE = 0.05;
/** A call has two ends (RFC 3550 §6.2: the bandwidth is shared by the members). */
const MEMBERS = 2;
/** Headers of UDP and IPv4, which RTCP bandwidth counts (RFC 3550 §6.2). */
const LOWER_HEADERS_LENGTH = 28;
const FIRST_GUESS_LENGTH = 128;
/** Feedback may use up in a burst what this many ms of its bandwidth allow, and never less than a few packets. */
const FEEDBACK_BURST_MS = 2000;
const LEAST_FEEDBACK_BURST = 10 * (FIRST_GUESS_LENGTH + LOWER_HEADERS_LENGTH);

/**
 * When to send RTCP in a call of two (RFC 3550 §6.2, §6.3): regular reports at an interval that keeps to the bandwidth and is
 * spread by chance, so that the two ends do not fall into step. Members do not come and go, so nothing is reconsidered and the
 * interval is not shortened by e - 3/2. Feedback goes at once, as in the immediate mode of RFC 4585 §3.3, within its bandwidth.
 */
export class ReportInterval {
  readonly #minimumMs: number;
  #bandwidth: number;
  #averageLength = FIRST_GUESS_LENGTH + LOWER_HEADERS_LENGTH;
  #nextAt: number;
  #allowance = LEAST_FEEDBACK_BURST;
  #allowanceAt: number;

  /**
   * @param now ms.
   * @param random 0 to 1: the first report goes after half an interval (RFC 3550 §6.2).
   * @throws RangeError when the bandwidth is not positive.
   */
  constructor(options: ReportIntervalOptions, now: number, random: number) {
    const { sessionBandwidth } = options;
    if (!(sessionBandwidth > 0)) throw new RangeError(`RTCP has no share of ${sessionBandwidth} bit/s`);
    this.#bandwidth = sessionBandwidth * RTCP_SHARE;
    this.#minimumMs = options.minimumMs ?? Math.min(5000, Math.max(500, 360_000_000 / sessionBandwidth));
    this.#nextAt = now + this.#interval(random) / 2;
    this.#allowanceAt = now;
  }

  /** When the next regular report is due (ms). */
  nextAt(): number {
    return this.#nextAt;
  }

  /** A regular report went out. @param length octets of RTCP. @param random 0 to 1. */
  reported(length: number, now: number, random: number): void {
    this.#averageLength += (length + LOWER_HEADERS_LENGTH - this.#averageLength) / 16;
    this.#nextAt = now + this.#interval(random);
  }

  /**
   * Whether feedback of this many octets may go at once; if so it counts as sent.
   * What may not is not urgent enough to crowd out media: it is asked again or goes with the next report.
   */
  admitsFeedback(length: number, now: number): boolean {
    const rate = this.#bandwidth / MEMBERS / 8000;
    const burst = Math.max(LEAST_FEEDBACK_BURST, rate * FEEDBACK_BURST_MS);
    this.#allowance = Math.min(burst, this.#allowance + Math.max(0, now - this.#allowanceAt) * rate);
    this.#allowanceAt = now;
    const cost = length + LOWER_HEADERS_LENGTH;
    if (cost > this.#allowance) return false;
    this.#allowance -= cost;
    return true;
  }

  #interval(random: number): number {
    const deterministic = Math.max(this.#minimumMs, (MEMBERS * this.#averageLength * 8000) / this.#bandwidth);
    return deterministic * (0.5 + random);
  }
}
