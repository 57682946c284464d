import type { Clock, Timer } from '../edge/clock.ts';
import { giveUpAfter, refreshAfter, type SessionTerms } from './session-timer.ts';

/** A refresh that came to nothing with the session still there. */
export interface TryAgain {
  /** ms. */
  readonly tryAgainAfter: number;
}

/** What a session timer does when it is due. */
export interface SessionRefreshActions {
  /** Refreshes the session; resolves to the new terms, or undefined where the session is gone. */
  refresh(): Promise<SessionTerms | TryAgain | undefined>;
  /** The session is over: nobody refreshed it. */
  expired(): void;
}

/** Runs the timer of one session (RFC 4028 §10): refreshes in time, or notices that the far side no longer does. */
export class SessionRefresh {
  readonly #actions: SessionRefreshActions;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #terms: SessionTerms | undefined;
  #restarted = 0;
  #stopped = false;

  constructor(actions: SessionRefreshActions, clock: Clock) {
    this.#actions = actions;
    this.#clock = clock;
  }

  /** The session was set up or refreshed, from either side, on these terms; undefined: without a timer. */
  restart(terms: SessionTerms | undefined): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#terms = terms;
    this.#restarted = this.#clock.now();
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
    const restarted = this.#restarted;
    const outcome = await this.#actions.refresh();
    if (this.#stopped) {
      return;
    }
    if (outcome === undefined) {
      this.#actions.expired();
    } else if ('interval' in outcome) {
      this.restart(outcome);
    } else if (restarted === this.#restarted) {
      this.#tryAgain(outcome.tryAgainAfter);
    }
  }

  /** Who refuses a refresh is there: the session is not ended for it, but tried again in time as long as there is any. */
  #tryAgain(delay: number): void {
    const terms = this.#terms;
    if (terms === undefined) {
      return;
    }
    const end = this.#restarted + giveUpAfter(terms);
    if (this.#clock.now() + delay < end) {
      this.#timer = this.#clock.after(delay, () => void this.#refresh());
    } else {
      this.restart(terms);
    }
  }
}

/**
 * How long to wait when a re-INVITE crossed one of the far side (491), ms: 2.1 s to 4 s where we began the dialog, up to 2 s
 * where they did (RFC 3261 §14.1). `random` is 0 to 1.
 */
export function crossingWait(weBegan: boolean, random: number): number {
  const [least, steps] = weBegan ? [2100, 190] : [0, 200];
  return least + 10 * Math.round(random * steps);
}
