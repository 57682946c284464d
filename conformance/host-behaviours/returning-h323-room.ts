import { H323Host, type H323HostOptions } from '../host/h323-host.ts';
import { seesMoving } from './sees-moving.ts';

/** A simulated H.323 room that takes every call, and can tell what it sees in its present one. */
export class ReturningH323Room {
  /** Number in its pictures. */
  readonly number: number;
  readonly host: H323Host;
  #isForgetting = false;
  #answeredBefore = 0;
  #answeredAt = 0;

  private constructor(number: number, host: H323Host) {
    this.number = number;
    this.host = host;
  }

  static async open(number: number, options: Omit<H323HostOptions, 'name'>): Promise<ReturningH323Room> {
    return new ReturningH323Room(number, await H323Host.open({ ...options, name: `Room ${number}` }));
  }

  /** From now on, what counts for `sees` is what comes in a call that it takes later. */
  forget(): void {
    this.#isForgetting = true;
    this.#answeredBefore = this.host.counts.answered;
  }

  /**
   * Waits until it sees all of these rooms move, in pictures that came in its present call.
   * @returns when it did, ms of `performance.now()`
   */
  sees(numbers: readonly number[], timeout: number): Promise<number> {
    return seesMoving(this.host.media, { room: this.number, numbers, since: () => this.#since(), timeout });
  }

  close(): Promise<void> {
    return this.host.hangUp();
  }

  #since(): number {
    if (this.#isForgetting && this.host.counts.answered > this.#answeredBefore) {
      this.#isForgetting = false;
      this.#answeredAt = performance.now();
    }
    return this.#isForgetting ? Number.POSITIVE_INFINITY : this.#answeredAt;
  }
}
