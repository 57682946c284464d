/**
 * The engine's one clock: milliseconds that never jump, the same in both threads, and the wall clock that belongs to them.
 * Sender reports of picture and sound go by it, so that receivers can play them in step.
 */
export class Clock {
  readonly #wallOffset: number;

  /** `wallOffset`: wall clock ms (Unix time) minus monotonic ms; both threads are given the same. */
  constructor(wallOffset: number) {
    this.#wallOffset = wallOffset;
  }

  /** The offset to be given to every thread of one engine. */
  static measureWallOffset(): number {
    return Date.now() - monotonic();
  }

  /** Monotonic milliseconds with fraction. */
  now(): number {
    return monotonic();
  }

  /** Unix time in ms that belongs to `now`. */
  wall(now: number): number {
    return now + this.#wallOffset;
  }
}

function monotonic(): number {
  // hrtime has one origin for all threads of a process, performance.now() one for each.
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
