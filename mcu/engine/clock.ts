/**
 * The engine's one clock: milliseconds that never jump, the same in all threads and processes of the machine, and the wall clock
 * that belongs to them. Sender reports of picture and sound go by it, so that receivers can play them in step; and an engine that
 * goes on where another one stopped goes on with its times.
 */
export class Clock {
  readonly #wallOffset: number;

  /** `wallOffset`: wall clock ms (Unix time) minus monotonic ms; all threads and all engines of a gateway are given the same. */
  constructor(wallOffset: number) {
    this.#wallOffset = wallOffset;
  }

  /** The offset to be given to every engine. */
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
  // Linux's CLOCK_MONOTONIC: one origin for all processes, where performance.now() has one for each thread.
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
