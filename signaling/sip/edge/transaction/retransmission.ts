import type { Clock, Timer } from '../clock.ts';

/** The intervals of a retransmission, milliseconds. */
export interface RetransmissionTimes {
  readonly first: number;
  /** Each interval is double the one before, up to this. */
  readonly longest: number;
}

/**
 * How often an answer is sent again because its request came again. A client sends a request 11 times at the most (RFC 3261 §17.1.2.2,
 * Timers E and F); more come from who wants answers sent, perhaps to somebody else.
 */
export const MOST_REPEATED_ANSWERS = 20;

/** Repeats something at doubling intervals until stopped (RFC 3261 Timers A, E, G). */
export class Retransmission {
  readonly #clock: Clock;
  readonly #longest: number;
  readonly #repeat: () => void;
  #interval: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, times: RetransmissionTimes, repeat: () => void) {
    this.#clock = clock;
    this.#longest = times.longest;
    this.#repeat = repeat;
    this.#interval = times.first;
    this.#schedule();
  }

  /** Goes on at the longest interval (RFC 3261 §17.1.2.2, Timer E in Proceeding). */
  slowDown(): void {
    this.#interval = this.#longest;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer = this.#clock.after(this.#interval, () => {
      this.#interval = Math.min(this.#interval * 2, this.#longest);
      this.#schedule();
      this.#repeat();
    });
  }
}
