import type { Clock, Timer } from '../edge/clock.ts';
import { giveUpAfter, refreshAfter, type SessionTerms } from './session-timer.ts';

/** What a session timer does when it is due. */
export interface SessionRefreshActions {
  /** Refreshes the session; resolves to the new terms, or undefined where the session is gone. */
  refresh(): Promise<SessionTerms | undefined>;
  /** The session is over: nobody refreshed it. */
  expired(): void;
}

/** Runs the timer of one session (RFC 4028 §10): refreshes in time, or notices that the far side no longer does. */
export class SessionRefresh {
  readonly #actions: SessionRefreshActions;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(actions: SessionRefreshActions, clock: Clock) {
    this.#actions = actions;
    this.#clock = clock;
  }

  /** The session was set up or refreshed, from either side, on these terms; undefined: without a timer. */
  restart(terms: SessionTerms | undefined): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (terms === undefined || this.#stopped) {
      return;
    }
    this.#timer = terms.weRefresh
      ? this.#clock.after(refreshAfter(terms), () => void this.#refresh())
      : this.#clock.after(giveUpAfter(terms), () => this.#actions.expired());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #refresh(): Promise<void> {
    const terms = await this.#actions.refresh();
    if (this.#stopped) {
      return;
    }
    if (terms === undefined) {
      this.#actions.expired();
    } else {
      this.restart(terms);
    }
  }
}
