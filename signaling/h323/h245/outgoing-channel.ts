import { type H245Message, request } from './message.ts';
import { Timer } from './timer.ts';
import type { H245 } from './types.ts';

/** How a channel of ours stands. */
export type ChannelState = 'opening' | 'open' | 'closing' | 'closed';

/** Where messages and results of one channel that we open go (H.245 §8.4). */
export interface OutgoingChannelOptions {
  readonly send: (message: H245Message) => void;
  readonly opened: (ack: H245<'OpenLogicalChannelAck'>) => void;
  /** Refused, with the cause; `timeout` where no answer came. */
  readonly refused: (cause: string) => void;
  readonly closed: () => void;
}

/** T103 of H.245, ms. */
const ANSWER_TIME = 15_000;

/** A logical channel that we open and close (H.245 §8.4, §C.4: the outgoing LCSE). */
export class OutgoingChannel {
  readonly number: number;
  readonly #options: OutgoingChannelOptions;
  readonly #timer = new Timer();
  #state: ChannelState = 'opening';
  #reverseOf: string | undefined;

  constructor(number: number, options: OutgoingChannelOptions) {
    this.number = number;
    this.#options = options;
  }

  get state(): ChannelState {
    return this.#state;
  }

  get timer(): Timer {
    return this.#timer;
  }

  /** What it carries, where it goes both ways. */
  get reverseOf(): string | undefined {
    return this.#reverseOf;
  }

  open(parameters: Omit<H245<'OpenLogicalChannel'>, 'forwardLogicalChannelNumber'>, now: number): void {
    this.#reverseOf = parameters.reverseLogicalChannelParameters?.dataType.type;
    this.#timer.start(now, ANSWER_TIME);
    this.#options.send(request('openLogicalChannel', { ...parameters, forwardLogicalChannelNumber: this.number }));
  }

  /** The channel was opened by fast start: no message is due (H.323 §8.1.7). */
  openedByFastStart(): void {
    this.#state = 'open';
  }

  close(now: number): void {
    if (this.#state === 'opening' || this.#state === 'open') {
      this.#state = 'closing';
      this.#timer.start(now, ANSWER_TIME);
      this.#options.send(this.#closeRequest('user'));
    }
  }

  onAck(ack: H245<'OpenLogicalChannelAck'>): void {
    if (this.#state === 'opening') {
      this.#timer.stop();
      this.#state = 'open';
      this.#options.opened(ack);
    }
  }

  onReject({ cause }: H245<'OpenLogicalChannelReject'>): void {
    if (this.#state === 'opening') {
      this.#end();
      this.#options.refused(cause.type);
    } else if (this.#state === 'closing') {
      this.#end();
      this.#options.closed();
    }
  }

  onCloseAck(): void {
    if (this.#state === 'closing') {
      this.#end();
      this.#options.closed();
    }
  }

  tick(now: number): void {
    if (!this.#timer.expire(now)) {
      return;
    }
    if (this.#state === 'opening') {
      this.#end();
      // The other side may have taken it all the same: it is told that nothing will come (§C.4.3).
      this.#options.send(this.#closeRequest('lcse'));
      this.#options.refused('timeout');
    } else if (this.#state === 'closing') {
      this.#end();
      this.#options.closed();
    }
  }

  #end(): void {
    this.#timer.stop();
    this.#state = 'closed';
  }

  #closeRequest(source: 'user' | 'lcse'): H245Message {
    return request('closeLogicalChannel', {
      forwardLogicalChannelNumber: this.number,
      source: { type: source, value: null },
    });
  }
}
