import type { Clock, Timer } from './clock.ts';

interface Pending {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until `advance` moves it. For tests. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  /** @param now the first reading, milliseconds */
  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delay: number, run: () => void): Timer {
    this.#order += 1;
    const pending: Pending = { due: this.#now + delay, order: this.#order, run };
    this.#pending.add(pending);
    return { cancel: () => this.#pending.delete(pending) };
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Moves time by `duration` milliseconds and runs what falls due, in order of time. */
  advance(duration: number): void {
    const end = this.#now + duration;
    for (;;) {
      let next: Pending | undefined;
      for (const candidate of this.#pending) {
        if (candidate.due > end) continue;
        if (
          next === undefined ||
          candidate.due < next.due ||
          (candidate.due === next.due && candidate.order < next.order)
        ) {
          next = candidate;
        }
      }
      if (next === undefined) break;
      this.#pending.delete(next);
      this.#now = next.due;
      next.run();
    }
    this.#now = end;
  }
}
