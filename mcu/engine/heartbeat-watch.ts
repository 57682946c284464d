/** The threads of an engine. */
export const ENGINE_THREADS = ['picture', 'io'] as const;
export type EngineThread = (typeof ENGINE_THREADS)[number];

/** ms between two beats of a thread. */
export const BEAT_DISTANCE = 250;
/** ms between two steps of a watch. */
export const WATCH_DISTANCE = 100;
/** ms of silence after which a thread hangs. */
export const SILENCE_OF_HANG = 1000;

/** A step counts as this many ms at the most: while the watch itself stood still nobody was heard, and nobody was silent. */
const LONGEST_STEP = 1.5 * WATCH_DISTANCE;

/** Whether the threads of an engine still turn: each says so every 250 ms. Pure; `step` is to be called every 100 ms. */
export class HeartbeatWatch {
  readonly #patience: number;
  readonly #silence = new Map<EngineThread, number>(ENGINE_THREADS.map((thread) => [thread, 0]));
  #steppedAt: number;

  /** `patience`: ms of silence that are allowed. `now` in ms. */
  constructor(patience: number, now: number) {
    this.#patience = patience;
    this.#steppedAt = now;
  }

  /** A thread was heard. */
  beat(thread: EngineThread): void {
    this.#silence.set(thread, 0);
  }

  /** Lets time pass up to `now` (ms). */
  step(now: number): void {
    const passed = Math.min(LONGEST_STEP, Math.max(0, now - this.#steppedAt));
    this.#steppedAt = now;
    for (const [thread, silence] of this.#silence) {
      this.#silence.set(thread, silence + passed);
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
