import type { Clock, Timer } from '../clock.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { serializeMessage } from '../message/serializer.ts';
import type { Channel, TransactionFailure } from './channel.ts';
import { clientTransactionKey } from './matching.ts';
import { Retransmission } from './retransmission.ts';
import { T1, T2, T4, TRANSACTION_LIFETIME } from './timer-values.ts';

/** RFC 3261 §17.1.2. */
export type NonInviteClientState = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** What the transaction tells its user. */
export interface NonInviteClientUser {
  /** Provisional answers and the first final one. */
  response(response: SipResponse): void;
  /** No final answer came, or the request could not be sent. Comes before `terminated`. */
  failed(failure: TransactionFailure): void;
  terminated(): void;
}

/** Non-INVITE client transaction: repeats the request until a final answer. */
export class NonInviteClientTransaction {
  readonly kind = 'non-invite-client';
  readonly request: SipRequest;
  /** Names the transaction (RFC 3261 §17.1.3); empty where the request has no branch. */
  readonly key: string;
  readonly #clock: Clock;
  readonly #channel: Channel;
  readonly #user: NonInviteClientUser;
  #state: NonInviteClientState = 'trying';
  #retransmission: Retransmission | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, channel: Channel, request: SipRequest, user: NonInviteClientUser) {
    this.#clock = clock;
    this.#channel = channel;
    this.request = request;
    this.key = clientTransactionKey(request) ?? '';
    this.#user = user;
  }

  get state(): NonInviteClientState {
    return this.#state;
  }

  /** Sends the request. */
  start(): void {
    const bytes = serializeMessage(this.request);
    if (!this.#channel.reliable) {
      // Timer E
      this.#retransmission = new Retransmission(this.#clock, { first: T1, longest: T2 }, () => this.#send(bytes));
    }
    this.#timer = this.#clock.after(TRANSACTION_LIFETIME, () => this.#fail('timeout')); // Timer F
    this.#send(bytes);
  }

  /** A response that matches this transaction came. */
  receive(response: SipResponse): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    if (response.status < 200) {
      this.#state = 'proceeding';
      this.#retransmission?.slowDown();
      this.#user.response(response);
      return;
    }
    this.#state = 'completed';
    this.#retransmission?.stop();
    this.#timer?.cancel();
    this.#user.response(response);
    if (this.#channel.reliable) this.terminate();
    else this.#timer = this.#clock.after(T4, () => this.terminate()); // Timer K
  }

  /** Ends the transaction at once, without word to the peer. */
  terminate(): void {
    if (this.#state === 'terminated') return;
    this.#state = 'terminated';
    this.#retransmission?.stop();
    this.#timer?.cancel();
    this.#user.terminated();
  }

  #send(bytes: Buffer): void {
    this.#channel.send(bytes, () => this.#fail('transport-error'));
  }

  #fail(failure: TransactionFailure): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    this.#user.failed(failure);
    this.terminate();
  }
}
