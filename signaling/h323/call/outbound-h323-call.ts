import type { TransportAddress } from '#codecs/media/description.ts';
import type { CallDirection } from '../../call/call.ts';
import type { H225 } from '../h225/types.ts';
import type { Destination } from './call-signalling-options.ts';
import { H323Call, type H323CallOptions } from './h323-call.ts';

export interface OutboundOptions extends H323CallOptions {
  readonly destination: Omit<Destination, 'fastStart'>;
  /** Whether channels are proposed in the Setup. */
  readonly fastStart: boolean;
}

/** A room that we call by H.323. */
export class OutboundH323Call extends H323Call {
  readonly #outbound: OutboundOptions;
  #isAwaitingFastStart = false;

  constructor(options: OutboundOptions) {
    super(options);
    this.#outbound = options;
  }

  get direction(): CallDirection {
    return 'outbound';
  }

  /** The party is asked for its addresses first: they belong into the Setup. */
  async prepare(): Promise<void> {
    this.media.propose();
    await this.exchangeReady();
  }

  protected onTunnelOpened(): void {
    // H.245 before the answer to fast start would be its refusal (H.323 §8.1.7.2).
    if (!this.#isAwaitingFastStart) {
      this.startH245();
    }
  }

  protected onFastStart(channels: readonly Uint8Array[]): void {
    this.#isAwaitingFastStart = false;
    this.media.fastStartAnswered(channels);
    this.startH245IfTunnelled();
  }

  protected override onFastStartRefused(): void {
    this.#isAwaitingFastStart = false;
    this.media.fastStartAnswered([]);
    this.startH245IfTunnelled();
  }

  protected onProposals(channels: readonly Uint8Array[]): void {
    const { destination, fastStart, now } = this.#outbound;
    this.#isAwaitingFastStart = fastStart && channels.length > 0;
    this.signalling.setup({ ...destination, fastStart: fastStart ? channels : [] }, now());
  }

  protected onForwarded(address: TransportAddress | undefined, aliases: readonly H225<'AliasAddress'>[]): void {
    this.options.log.info(
      { event: 'call-forwarded', call: this.id, address: address?.address, aliases: aliases.length },
      'a room forwards the call elsewhere: that is not followed',
    );
    this.end('rejected');
  }
}
