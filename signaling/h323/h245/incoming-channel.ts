import { type H245Message, request, response } from './message.ts';
import type { H245 } from './types.ts';

/** Why a channel of the other side is refused (H.245 §B.3.3). */
export type ChannelRefusal = Exclude<H245<'OpenLogicalChannelReject'>['cause']['type'], 'unknown'>;

/** What we say of where a channel's media go to. */
export type ChannelAck = Omit<H245<'OpenLogicalChannelAck'>, 'forwardLogicalChannelNumber'>;

/** A logical channel that the other side opens (H.245 §8.4, §C.4: the incoming LCSE). It is answered once. */
export class IncomingChannel {
  readonly number: number;
  /** What it shall carry and where its sender is. */
  readonly parameters: H245<'OpenLogicalChannel'>;
  readonly #send: (message: H245Message) => void;
  #state: 'offered' | 'open' | 'closed' = 'offered';

  constructor(parameters: H245<'OpenLogicalChannel'>, send: (message: H245Message) => void) {
    this.number = parameters.forwardLogicalChannelNumber;
    this.parameters = parameters;
    this.#send = send;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Takes it. Does nothing where it was answered or closed already. */
  accept(ack: ChannelAck): void {
    if (this.#state === 'offered') {
      this.#state = 'open';
      this.#send(response('openLogicalChannelAck', { ...ack, forwardLogicalChannelNumber: this.number }));
    }
  }

  /** Refuses it. */
  refuse(cause: ChannelRefusal): void {
    if (this.#state === 'offered') {
      this.#state = 'closed';
      this.#send(
        response('openLogicalChannelReject', {
          forwardLogicalChannelNumber: this.number,
          cause: { type: cause, value: null },
        }),
      );
    }
  }

  /** The channel was opened by fast start: no message is due (H.323 §8.1.7). */
  openedByFastStart(): void {
    this.#state = 'open';
  }

  /** Asks the other side to close it (H.245 §8.5): only who opened a channel can. */
  requestClose(): void {
    if (this.#state === 'open') {
      this.#send(
        request('requestChannelClose', {
          forwardLogicalChannelNumber: this.number,
          reason: { type: 'normal', value: null },
        }),
      );
    }
  }

  /** The other side closed it. */
  onClosed(): void {
    this.#state = 'closed';
  }
}
