import { starvedBetween, type TaskTimes } from './task-times.ts';

/** The threads of an engine. */
export const ENGINE_THREADS = ['picture', 'io'] as const;
/** One of `ENGINE_THREADS`. */
export type EngineThread = (typeof ENGINE_THREADS)[number];

/** ms between two beats of a thread. */
export const BEAT_DISTANCE = 250;
/** ms between two steps of a watch. */
export const WATCH_DISTANCE = 100;
/** ms of silence after which a thread hangs. */
export const SILENCE_OF_HANG = 1000;

/** A step counts as this many ms at the most: while the watch itself stood still nobody was heard, and nobody was silent. */
const LONGEST_STEP = 1.5 * WATCH_DISTANCE;

/** Whose processor time a beat needs to come here: those of the I/O thread are handed on by the picture thread. */
const WAY: Readonly<Record<EngineThread, readonly EngineThread[]>> = { picture: ['picture'], io: ['io', 'picture'] };

/** What the scheduler counted of each thread; those of which that is not known are left out. */
export type ThreadTimes = Partial<Readonly<Record<EngineThread, TaskTimes | undefined>>>;

/**
 * Whether the threads of an engine still turn: each says so every 250 ms. Time for which a thread wanted a processor and was given
 * none is no silence: on a machine with too much to do it says nothing for a while and works. Pure; `step` is to be called every
 * 100 ms.
 */
export class HeartbeatWatch {
  readonly #patience: number;
  readonly #silence = new Map<EngineThread, number>(ENGINE_THREADS.map((thread) => [thread, 0]));
  #steppedAt: number;
  #times: ThreadTimes = {};

  /** `patience`: ms of silence that are allowed. `now` in ms. */
  constructor(patience: number, now: number) {
    this.#patience = patience;
    this.#steppedAt = now;
  }

  /** A thread was heard. */
  beat(thread: EngineThread): void {
    this.#silence.set(thread, 0);
  }

  /** Lets time pass up to `now` (ms), when `times` were read. */
  step(now: number, times: ThreadTimes = {}): void {
    const elapsed = Math.max(0, now - this.#steppedAt);
    this.#steppedAt = now;
    const before = this.#times;
    this.#times = times;
    for (const [thread, silence] of this.#silence) {
      const starved = WAY[thread].reduce((sum, on) => sum + starvedBetween(before[on], times[on], elapsed), 0);
      this.#silence.set(thread, silence + Math.min(LONGEST_STEP, Math.max(0, elapsed - starved)));
    }
  }

  /** A thread that has been silent for too long; undefined while all are heard. */
  get silent(): EngineThread | undefined {
    for (const [thread, silence] of this.#silence) {
      if (silence >= this.#patience) {
        return thread;
      }
    }
    return undefined;
  }
}
