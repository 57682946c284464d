/** A pending call of a function, which can be taken back. */
export interface Timer {
  /** Takes the call back; without effect once it has run. */
  cancel(): void;
}

/** The only source of time in the edge, so that tests can drive 32-second timers without waiting. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with fractions where the clock has them. */
  now(): number;
  /** Runs `run` once after `delay` milliseconds. */
  after(delay: number, run: () => void): Timer;
}

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after: (delay, run) => {
    const handle = setTimeout(run, delay);
    return { cancel: () => clearTimeout(handle) };
  },
};
