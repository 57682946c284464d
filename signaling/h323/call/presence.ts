import { Timer } from '../h245/timer.ts';

/** ms from the answer until H.245 must have come to something, where nothing is sent by fast start: T101 and T106 twice. */
const CONTROL_TIME = 30_000;
/** ms for the answer to a StatusInquiry: Q.931's T322 is 4 s, rooms are slower. */
const ANSWER_TIME = 10_000;

/** Whether the far side is there, as far as H.245 does not tell. Pure: time in ms is given. */
export class Presence {
  readonly #control = new Timer();
  readonly #answer = new Timer();
  #asking: ((isThere: boolean) => void)[] = [];

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
    if (this.#asking.length === 0) {
      this.#answer.start(now, ANSWER_TIME);
      ask();
    }
    return new Promise((resolve) => {
      this.#asking.push(resolve);
    });
  }

  /** The far side said something. */
  heard(): void {
    this.#settle(true);
  }

  /** The call is over. */
  over(): void {
    this.#control.stop();
    this.#settle(false);
  }

  /** Lets times run out; whether that for H.245 has. */
  tick(now: number): boolean {
    if (this.#answer.expire(now)) {
      this.#settle(false);
    }
    return this.#control.expire(now);
  }

  #settle(isThere: boolean): void {
    this.#answer.stop();
    for (const resolve of this.#asking.splice(0)) {
      resolve(isThere);
    }
  }
}
