import { Timer } from '../h245/timer.ts';

/** ms from the answer until H.245 must have come to something, where nothing is sent by fast start: T101 and T106 twice. */
const CONTROL_TIME = 30_000;
/** ms for the answer to a question of `probe`: Q.931's T322 is 4 s, rooms are slower. */
const ANSWER_TIME = 10_000;
/** Round trips in a row without an answer, and without anything else from the far side, after which it is asked in every way. */
const ROUND_TRIPS = 3;

/** What is wrong with a call whose far side says nothing. */
export type Absence = 'no-control' | 'gone';

/**
 * Whether the far side is there. A round trip of H.245 that is not answered proves little, since some rooms never answer one: a call is
 * given up only when several are not, nothing else came meanwhile (a message, media), and a last question is not answered either. Pure:
 * time in ms is given.
 */
export class Presence {
  readonly #control = new Timer();
  readonly #answer = new Timer();
  #asking: ((isThere: boolean) => void)[] = [];
  /** When the last question was sent that was not answered, or is not yet. */
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Round trips that failed one after another. */
  #failed = 0;
  #isLastQuestion = false;

  /** The call is answered: H.245 is due. */
  answered(now: number): void {
    this.#control.start(now, CONTROL_TIME);
  }

  /** H.245 is there: from now on its round trip tells. */
  controlled(): void {
    this.#control.stop();
  }

  /** Resolves to whether something comes in time on a question that `ask` sends. */
  probe(now: number, ask: () => void): Promise<boolean> {
    this.#question(now, ask);
    return new Promise((resolve) => {
      this.#asking.push(resolve);
    });
  }

  /** A round trip that was asked for at `askedAt` was not answered. Where there were too many of them `ask` sends the last question. */
  unanswered(askedAt: number, now: number, ask: () => void): void {
    this.#askedAt = Math.max(this.#askedAt, askedAt);
    this.#failed += 1;
    if (this.#failed >= ROUND_TRIPS && !this.#isLastQuestion) {
      this.#isLastQuestion = true;
      this.#question(now, ask);
    }
  }

  /** Something came from the far side at `at`; what is older than the last question proves nothing. */
  heard(at: number): void {
    if (at >= this.#askedAt) {
      this.#failed = 0;
      this.#isLastQuestion = false;
      this.#settle(true);
    }
  }

  /** The call is over. */
  over(): void {
    this.#control.stop();
    this.#isLastQuestion = false;
    this.#settle(false);
  }

  /** Lets times run out. What is wrong since just now; undefined where nothing is. */
  tick(now: number): Absence | undefined {
    if (this.#answer.expire(now)) {
      const isGone = this.#isLastQuestion;
      this.#settle(false);
      if (isGone) {
        return 'gone';
      }
    }
    return this.#control.expire(now) ? 'no-control' : undefined;
  }

  #question(now: number, ask: () => void): void {
    if (this.#answer.dueAt === undefined) {
      this.#answer.start(now, ANSWER_TIME);
      this.#askedAt = now;
      ask();
    }
  }

  #settle(isThere: boolean): void {
    this.#answer.stop();
    for (const resolve of this.#asking.splice(0)) {
      resolve(isThere);
    }
  }
}
