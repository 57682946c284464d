import type { Clock, Timer } from '../clock.ts';
import { Retransmission, type RetransmissionTimes } from '../transaction/retransmission.ts';
import { TRANSACTION_LIFETIME } from '../transaction/timer-values.ts';

/**
 * Repeats an answer until the peer acknowledges it: a 2xx until its ACK (RFC 3261 §13.3.1.4, over every transport), a
 * reliable provisional answer until its PRACK (RFC 3262 §3). Gives up after 64*T1.
 */
export class AcknowledgedRepetition {
  readonly #retransmission: Retransmission;
  readonly #timer: Timer;

  /** @param expired called when no acknowledgement came in time */
  constructor(clock: Clock, times: RetransmissionTimes, repeat: () => void, expired: () => void) {
    this.#retransmission = new Retransmission(clock, times, repeat);
    this.#timer = clock.after(TRANSACTION_LIFETIME, () => {
      this.stop();
      expired();
    });
  }

  /** The acknowledgement came, or nobody waits for it any more. */
  stop(): void {
    this.#retransmission.stop();
    this.#timer.cancel();
  }
}
