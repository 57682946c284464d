import type { Clock, Timer } from '../clock.ts';
import { readCSeq } from '../message/cseq.ts';
import { fieldsNamed, fieldValue, headerField, type SipRequest, type SipResponse } from '../message/message.ts';
import { serializeMessage } from '../message/serializer.ts';
import type { Channel, TransactionFailure } from './channel.ts';
import { clientTransactionKey } from './matching.ts';
import { Retransmission } from './retransmission.ts';
import { T1, TRANSACTION_LIFETIME } from './timer-values.ts';

/** RFC 3261 §17.1.1 with RFC 6026 §7.2. */
export type InviteClientState = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

/** What the transaction tells its user. */
export interface InviteClientUser {
  /** Provisional answers, the first refusal, and every 2xx (also repeated ones and those of other forks). */
  response(response: SipResponse): void;
  /** No answer came, or the INVITE could not be sent. Comes before `terminated`. */
  failed(failure: TransactionFailure): void;
  terminated(): void;
}

/** INVITE client transaction: repeats the INVITE until an answer, acknowledges refusals. */
export class InviteClientTransaction {
  readonly kind = 'invite-client';
  readonly request: SipRequest;
  /** Names the transaction (RFC 3261 §17.1.3); empty where the request has no branch. */
  readonly key: string;
  readonly #clock: Clock;
  readonly #channel: Channel;
  readonly #user: InviteClientUser;
  #state: InviteClientState = 'calling';
  #retransmission: Retransmission | undefined;
  #timer: Timer | undefined;
  #ack: Buffer | undefined;

  constructor(clock: Clock, channel: Channel, request: SipRequest, user: InviteClientUser) {
    this.#clock = clock;
    this.#channel = channel;
    this.request = request;
    this.key = clientTransactionKey(request) ?? '';
    this.#user = user;
  }

  get state(): InviteClientState {
    return this.#state;
  }

  /** Sends the INVITE. */
  start(): void {
    const bytes = serializeMessage(this.request);
    if (!this.#channel.reliable) {
      // Timer A doubles without limit; B ends it.
      const times = { first: T1, longest: TRANSACTION_LIFETIME };
      this.#retransmission = new Retransmission(this.#clock, times, () => this.#send(bytes));
    }
    this.#timer = this.#clock.after(TRANSACTION_LIFETIME, () => this.#fail('timeout')); // Timer B
    this.#send(bytes);
  }

  /** A response that matches this transaction came. */
  receive(response: SipResponse): void {
    switch (this.#state) {
      case 'calling':
      case 'proceeding':
        this.#retransmission?.stop();
        this.#timer?.cancel();
        if (response.status < 200) this.#state = 'proceeding';
        else if (response.status < 300) this.#accept();
        else this.#complete(response);
        this.#user.response(response);
        if (response.status >= 300 && this.#channel.reliable) this.terminate(); // Timer D is zero
        break;
      case 'accepted':
        if (response.status >= 200 && response.status < 300) this.#user.response(response);
        break;
      case 'completed':
        if (response.status >= 300 && this.#ack !== undefined) this.#send(this.#ack);
        break;
      case 'terminated':
        break;
    }
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
    this.#timer = this.#clock.after(TRANSACTION_LIFETIME, () => this.terminate()); // Timer M
  }

  #complete(response: SipResponse): void {
    this.#state = 'completed';
    this.#ack = serializeMessage(ackOfRefusal(this.request, response));
    this.#send(this.#ack);
    if (!this.#channel.reliable) this.#timer = this.#clock.after(TRANSACTION_LIFETIME, () => this.terminate()); // Timer D
  }

  #send(bytes: Buffer): void {
    this.#channel.send(bytes, () => this.#fail('transport-error'));
  }

  #fail(failure: TransactionFailure): void {
    if (this.#state === 'terminated' || this.#state === 'accepted') return;
    // A refusal has reached the user already; only its ACK is lost.
    if (this.#state !== 'completed') this.#user.failed(failure);
    this.terminate();
  }
}

/** The ACK of a refusal (RFC 3261 §17.1.1.3). */
function ackOfRefusal(invite: SipRequest, response: SipResponse): SipRequest {
  const copied = (name: string) => fieldsNamed(invite, name);
  const sequence = readCSeq(fieldValue(invite, 'CSeq') ?? '')?.sequence ?? 1;
  return {
    kind: 'request',
    method: 'ACK',
    uri: invite.uri,
    version: '2.0',
    headers: [
      headerField('Via', fieldValue(invite, 'Via') ?? ''),
      ...copied('Route'),
      ...copied('From'),
      headerField('To', fieldValue(response, 'To') ?? ''),
      ...copied('Call-ID'),
      headerField('CSeq', `${sequence} ACK`),
      headerField('Max-Forwards', '70'),
    ],
    body: Buffer.alloc(0),
  };
}
