import { negotiate } from '#codecs/media/negotiate.ts';
import type { LocalCapabilities, NegotiatedStream } from '#codecs/media/negotiated.ts';
import type { EndReason, MediaExchange } from '../../call/call.ts';
import type { RoomCall } from '../../call/room-call.ts';

/** A party that takes a call and answers every exchange as a conference does, and keeps what the call tells. */
export class AnsweringParty {
  readonly call: RoomCall;
  /** What offer and answer came to, as it is now. */
  streams: readonly NegotiatedStream[] = [];
  answered = false;
  /** Every end that was told: one. */
  readonly ends: EndReason[] = [];
  readonly digits: string[] = [];
  keyFrames = 0;
  readonly #local: LocalCapabilities;
  readonly #port: number;
  readonly #delay: number | undefined;

  /**
   * Its sound is at `port`, its picture two above.
   * @param delay ms that it takes to answer, as a conference does that tells its engine first; at once where it is left out
   */
  constructor(call: RoomCall, local: LocalCapabilities, port: number, delay?: number) {
    this.#delay = delay;
    this.call = call;
    this.#local = local;
    this.#port = port;
    call.on('media', (exchange) => this.#take(exchange));
    call.on('answered', () => {
      this.answered = true;
    });
    call.on('ended', (reason) => this.ends.push(reason));
    call.on('dtmf', (digit) => this.digits.push(digit));
    call.on('keyframe-request', () => {
      this.keyFrames += 1;
    });
  }

  /** Rejects where the call ends before. */
  async join(): Promise<void> {
    await this.call.prepare();
    this.#take(this.call.invitation);
  }

  get ended(): EndReason | undefined {
    return this.ends[0];
  }

  /** Each stream in a few words: `audio sendrecv PCMA to 127.0.0.5:43000`. */
  get summary(): string[] {
    return this.streams.map(
      ({ kind, direction, send, remote }) => `${kind} ${direction} ${send.name} to ${remote.address}:${remote.port}`,
    );
  }

  #take(exchange: MediaExchange): void {
    if (this.#delay === undefined) {
      this.#answer(exchange);
    } else {
      setTimeout(() => this.#answer(exchange), this.#delay);
    }
  }

  #answer(exchange: MediaExchange): void {
    if (exchange.offer === undefined) {
      exchange.refuse('internal-error');
      return;
    }
    const at = (port: number) => ({ address: '127.0.0.1', port });
    const transport = { audio: at(this.#port), main: at(this.#port + 2) };
    const result = negotiate(exchange.offer, this.#local, transport, { origin: { sessionId: '1', version: '1' } });
    if ('failure' in result) {
      exchange.refuse(result.failure);
      return;
    }
    this.streams = result.media.streams;
    exchange.complete(result.answer).catch(() => undefined);
  }
}
