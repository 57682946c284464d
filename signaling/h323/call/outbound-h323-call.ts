import type { CallDirection } from '../../call/call.ts';
import { AdmissionRefused } from '../ras/admission.ts';
import type { Carrier } from './call-attempt-options.ts';
import type { Destination } from './call-signalling-options.ts';
import { mayConnectTo } from './control-address.ts';
import { H323Call, type H323CallOptions } from './h323-call.ts';
import type { ForwardTarget } from './signalling-output.ts';

/** Where a call goes and by which way. */
export interface Outgoing extends Carrier {
  readonly destination: Omit<Destination, 'fastStart'>;
}

/** A call of ours, on its way to the far side. */
export interface OutboundOptions extends H323CallOptions, Outgoing {
  /** Whether channels are proposed in the Setup. */
  readonly fastStart: boolean;
  /** Finds the way to where a call is forwarded. Rejects where there is none. */
  readonly forward: (to: ForwardTarget) => Promise<Outgoing>;
}

/** How often a call is followed elsewhere: more is a circle. */
const MAXIMUM_HOPS = 5;

/** A room that we call by H.323. */
export class OutboundH323Call extends H323Call {
  readonly #outbound: OutboundOptions;
  #destination: Outgoing['destination'];
  #hops = 0;
  #isAwaitingFastStart = false;

  constructor(options: OutboundOptions) {
    super(options);
    this.#outbound = options;
    this.#destination = options.destination;
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
    const { fastStart, now } = this.#outbound;
    this.#isAwaitingFastStart = fastStart && channels.length > 0;
    this.signalling.setup({ ...this.#destination, fastStart: fastStart ? channels : [] }, now());
  }

  /** The far side sends the call elsewhere (H.323 §8.4.5, H.225.0 §7.4.1): it is made anew there, with the party that it has. */
  protected onForwarded(to: ForwardTarget): void {
    const { log } = this.options;
    const told = { call: this.id, address: to.address?.address, aliases: to.aliases.length };
    const { forward } = this.#outbound;
    const isNowhere =
      to.address === undefined ? to.aliases.length === 0 : !mayConnectTo(to.address, this.remoteAddress);
    if (isNowhere || this.#hops >= MAXIMUM_HOPS) {
      log.info({ event: 'forward-refused', ...told }, 'a room forwards a call nowhere, or too often');
      this.end('rejected');
      return;
    }
    this.#hops += 1;
    log.info({ event: 'call-forwarded', ...told, hop: this.#hops }, 'a room forwards a call');
    this.deflect();
    forward(to).then(
      (way) => this.#follow(way),
      (error: unknown) => {
        log.info({ event: 'forward-failed', ...told, err: error }, 'a call cannot be followed');
        this.end(error instanceof AdmissionRefused ? error.reason : 'unreachable');
      },
    );
  }

  #follow(way: Outgoing): void {
    if (this.isEnded) {
      way.released();
      return;
    }
    this.#destination = way.destination;
    this.#isAwaitingFastStart = false;
    this.tryAgain(way);
    this.media.propose();
  }
}
