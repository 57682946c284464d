/** One running time of a procedure: set, then due once. Time in ms is given. */
export class Timer {
  #dueAt: number | undefined;

  /** When it runs out; undefined while it does not run. */
  get dueAt(): number | undefined {
    return this.#dueAt;
  }

  start(now: number, duration: number): void {
    this.#dueAt = now + duration;
  }

  stop(): void {
    this.#dueAt = undefined;
  }

  /** Whether it has run out at `now`: true once. */
  expire(now: number): boolean {
    if (this.#dueAt === undefined || now < this.#dueAt) {
      return false;
    }
    this.#dueAt = undefined;
    return true;
  }
}
