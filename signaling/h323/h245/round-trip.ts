import { type H245Message, request, response } from './message.ts';
import { Timer } from './timer.ts';
import type { H245 } from './types.ts';

/** Where messages and results of the round trip delay determination go. */
export interface RoundTripOptions {
  readonly send: (message: H245Message) => void;
  /** ms. */
  readonly measured: (roundTrip: number) => void;
  /** The other side did not answer in time what it was asked at `askedAt`, ms. */
  readonly unanswered: (askedAt: number) => void;
}

/** T105 of H.245, ms. */
const ANSWER_TIME = 10_000;

/** Measures the way to the other side and back (H.245 §8.7). An answer shows that it is there; that there is none shows little. */
export class RoundTrip {
  readonly #options: RoundTripOptions;
  readonly #timer = new Timer();
  #sequenceNumber = 0;
  #askedAt: number | undefined;

  constructor(options: RoundTripOptions) {
    this.#options = options;
  }

  get timer(): Timer {
    return this.#timer;
  }

  /** Asks; an answer to an earlier question counts no more. */
  ask(now: number): void {
    this.#sequenceNumber = (this.#sequenceNumber + 1) % 256;
    this.#askedAt = now;
    this.#timer.start(now, ANSWER_TIME);
    this.#options.send(request('roundTripDelayRequest', { sequenceNumber: this.#sequenceNumber }));
  }

  onRequest({ sequenceNumber }: H245<'RoundTripDelayRequest'>): void {
    this.#options.send(response('roundTripDelayResponse', { sequenceNumber }));
  }

  onResponse({ sequenceNumber }: H245<'RoundTripDelayResponse'>, now: number): void {
    if (this.#askedAt !== undefined && sequenceNumber === this.#sequenceNumber) {
      this.#timer.stop();
      const roundTrip = now - this.#askedAt;
      this.#askedAt = undefined;
      this.#options.measured(roundTrip);
    }
  }

  tick(now: number): void {
    const askedAt = this.#askedAt;
    if (this.#timer.expire(now) && askedAt !== undefined) {
      this.#askedAt = undefined;
      this.#options.unanswered(askedAt);
    }
  }
}
