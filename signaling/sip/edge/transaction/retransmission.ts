import type { Clock, Timer } from '../clock.ts';

/** The intervals of a retransmission, milliseconds. */
export interface RetransmissionTimes {
  readonly first: number;
  /** Each interval is double the one before, up to this. */
  readonly longest: number;
}

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
