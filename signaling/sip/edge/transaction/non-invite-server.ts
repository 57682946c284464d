import type { Clock, Timer } from '../clock.ts';
import { detached } from '../message/detached.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { serializeMessage } from '../message/serializer.ts';
import type { Channel, TransactionFailure } from './channel.ts';
import { serverTransactionKey } from './matching.ts';
import { MOST_REPEATED_ANSWERS } from './retransmission.ts';
import { TRANSACTION_LIFETIME } from './timer-values.ts';

/** RFC 3261 §17.2.2. */
export type NonInviteServerState = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** What the transaction tells its user. */
export interface NonInviteServerUser {
  /** The final answer could not be sent. Comes before `terminated`. */
  failed(failure: TransactionFailure): void;
  terminated(): void;
}

/** Non-INVITE server transaction: absorbs retransmitted requests, repeats the last answer for each. */
export class NonInviteServerTransaction {
  readonly kind = 'non-invite-server';
  /** Names the transaction (RFC 3261 §17.2.3). */
  readonly key: string;
  readonly #clock: Clock;
  readonly #channel: Channel;
  readonly #user: NonInviteServerUser;
  #state: NonInviteServerState = 'trying';
  /** One character per byte: a buffer would keep others of its pool alive for as long. */
  #lastResponse: string | undefined;
  #repeated = 0;
  #timer: Timer;

  constructor(clock: Clock, channel: Channel, request: SipRequest, user: NonInviteServerUser) {
    this.#clock = clock;
    this.#channel = channel;
    this.key = detached(serverTransactionKey(request, request.method));
    this.#user = user;
    // By then the client has given up (Timer F): an answer would be of no use (RFC 4320 §4.2).
    this.#timer = clock.after(TRANSACTION_LIFETIME, () => this.terminate());
  }

  get state(): NonInviteServerState {
    return this.#state;
  }

  /** The request came again. */
  receiveRetransmission(): void {
    if (this.#lastResponse === undefined || this.#state === 'terminated') return;
    if (this.#repeated >= MOST_REPEATED_ANSWERS) return;
    this.#repeated += 1;
    this.#send(Buffer.from(this.#lastResponse, 'latin1'));
  }

  /** Sends an answer. @returns what was sent; undefined where a final answer was given before */
  respond(response: SipResponse): Buffer | undefined {
    if (this.#state === 'completed' || this.#state === 'terminated') return undefined;
    const bytes = serializeMessage(response);
    if (!this.#channel.reliable || response.status < 200) this.#lastResponse = bytes.toString('latin1');
    if (response.status < 200) this.#state = 'proceeding';
    else {
      this.#state = 'completed';
      this.#timer.cancel();
    }
    this.#send(bytes);
    if (this.#state !== 'completed') return bytes;
    if (this.#channel.reliable) this.terminate();
    else this.#timer = this.#clock.after(TRANSACTION_LIFETIME, () => this.terminate()); // Timer J
    return bytes;
  }

  /** Ends the transaction at once, without word to the peer. */
  terminate(): void {
    if (this.#state === 'terminated') return;
    this.#state = 'terminated';
    this.#timer.cancel();
    this.#user.terminated();
  }

  #send(bytes: Buffer): void {
    this.#channel.send(bytes, () => {
      if (this.#state === 'terminated') return;
      this.#user.failed('transport-error');
      this.terminate();
    });
  }
}
