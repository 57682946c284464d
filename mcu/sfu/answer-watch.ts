/** ms between two questions. */
export const ASK_INTERVAL = 250;
/** ms without an answer, counted by beats, after which whoever was asked hangs. */
const PATIENCE = 1000;

/** What is to be done at a beat. */
export type WatchStep = 'ask' | 'wait' | 'hung';

/**
 * Tells a process that hangs from one that works by its answers to a cheap question. `beat` comes every ASK_INTERVAL. A beat that comes
 * late counts no more than one in time: who stood still himself cannot say that the other did.
 */
export class AnswerWatch {
  #isAsked = false;
  #waited = 0;
  #beatAt: number;

  /** @param now ms */
  constructor(now: number) {
    this.#beatAt = now;
  }

  /** `ask`: put the question and tell `answered` when there is an answer. Says `hung` once for each question. */
  beat(now: number): WatchStep {
    const step = Math.min(ASK_INTERVAL, Math.max(0, now - this.#beatAt));
    this.#beatAt = now;
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#waited = 0;
      return 'ask';
    }
    const before = this.#waited;
    this.#waited += step;
    return before < PATIENCE && this.#waited >= PATIENCE ? 'hung' : 'wait';
  }

  /** The answer to the last question came. */
  answered(): void {
    this.#isAsked = false;
  }
}
