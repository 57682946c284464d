import type { Clock, Timer } from '../clock.ts';
import { detached } from '../message/detached.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { serializeMessage } from '../message/serializer.ts';
import type { Channel, TransactionFailure } from './channel.ts';
import { serverTransactionKey } from './matching.ts';
import { MOST_REPEATED_ANSWERS, Retransmission } from './retransmission.ts';
import { T1, T2, T4, TRANSACTION_LIFETIME } from './timer-values.ts';

/** RFC 3261 §17.2.1 with RFC 6026 §7.1. */
export type InviteServerState = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';

/** What the transaction tells its user. */
export interface InviteServerUser {
  /** The final answer was not acknowledged in time, or could not be sent. Comes before `terminated`. */
  failed(failure: TransactionFailure): void;
  terminated(): void;
}

/** INVITE server transaction: absorbs retransmitted INVITEs, repeats a refusal until its ACK. */
export class InviteServerTransaction {
  readonly kind = 'invite-server';
  /** Names the transaction (RFC 3261 §17.2.3). */
  readonly key: string;
  readonly #clock: Clock;
  readonly #channel: Channel;
  readonly #user: InviteServerUser;
  #state: InviteServerState = 'proceeding';
  /** One character per byte: a buffer would keep others of its pool alive for as long. */
  #lastResponse: string | undefined;
  #repeated = 0;
  #retransmission: Retransmission | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, channel: Channel, request: SipRequest, user: InviteServerUser) {
    this.#clock = clock;
    this.#channel = channel;
    this.key = detached(serverTransactionKey(request, request.method));
    this.#user = user;
  }

  get state(): InviteServerState {
    return this.#state;
  }

  /** An INVITE that matches this transaction came again. */
  receiveRetransmission(): void {
    // In Accepted the 2xx is repeated by the user alone (RFC 6026 §7.1).
    if ((this.#state !== 'proceeding' && this.#state !== 'completed') || this.#lastResponse === undefined) return;
    if (this.#repeated >= MOST_REPEATED_ANSWERS) return;
    this.#repeated += 1;
    this.#send(Buffer.from(this.#lastResponse, 'latin1'));
  }

  /** The ACK of a refusal came. @returns whether it was for this transaction to take */
  receiveAck(): boolean {
    if (this.#state === 'confirmed') return true;
    if (this.#state !== 'completed') return false;
    this.#state = 'confirmed';
    this.#lastResponse = undefined;
    this.#retransmission?.stop();
    this.#timer?.cancel();
    if (this.#channel.reliable) this.terminate();
    else this.#timer = this.#clock.after(T4, () => this.terminate()); // Timer I
    return true;
  }

  /**
   * Sends an answer. 2xx answers may be given again and again while Accepted, as the user repeats them.
   * @returns what was sent; undefined where the state allows no such answer any more
   */
  respond(response: SipResponse): Buffer | undefined {
    const isSuccess = response.status >= 200 && response.status < 300;
    if (this.#state !== 'proceeding' && !(this.#state === 'accepted' && isSuccess)) return undefined;
    const bytes = serializeMessage(response);
    this.#send(bytes);
    if (this.#state === 'accepted') return bytes;
    if (isSuccess) this.#accept();
    else {
      this.#lastResponse = bytes.toString('latin1');
      if (response.status >= 300) this.#complete(this.#lastResponse);
    }
    return bytes;
  }

  /** Ends the transaction at once, without word to the peer. */
  terminate(): void {
    if (this.#state === 'terminated') return;
    this.#state = 'terminated';
    this.#retransmission?.stop();
    this.#timer?.cancel();
    this.#user.terminated();
  }

  #accept(): void {
    this.#state = 'accepted';
    this.#lastResponse = undefined;
    this.#timer = this.#clock.after(TRANSACTION_LIFETIME, () => this.terminate()); // Timer L
  }

  #complete(text: string): void {
    this.#state = 'completed';
    if (!this.#channel.reliable) {
      // Timer G
      this.#retransmission = new Retransmission(this.#clock, { first: T1, longest: T2 }, () =>
        this.#send(Buffer.from(text, 'latin1')),
      );
    }
    this.#timer = this.#clock.after(TRANSACTION_LIFETIME, () => this.#fail('timeout')); // Timer H
  }

  #send(bytes: Buffer): void {
    this.#channel.send(bytes, () => this.#fail('transport-error'));
  }

  #fail(failure: TransactionFailure): void {
    // A lost 2xx is no end: the peer asks again and the user repeats (RFC 6026 §7.1).
    if (this.#state === 'terminated' || (this.#state === 'accepted' && failure === 'transport-error')) return;
    // RFC 6026 §7.1: a transport error in Proceeding does not end it either; the final answer may go another way.
    if (this.#state === 'proceeding') return;
    this.#user.failed(failure);
    this.terminate();
  }
}
