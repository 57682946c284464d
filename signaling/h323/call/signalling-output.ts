import type { TransportAddress } from '#codecs/media/description.ts';
import type { EndReason } from '../../call/call.ts';
import type { CallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';

/** Where a call shall go to instead (H.225.0 §7.4.1, Facility). One of the two is there. */
export interface ForwardTarget {
  readonly address: TransportAddress | undefined;
  readonly aliases: readonly H225<'AliasAddress'>[];
  /** The conference to be joined there; undefined where it is a call like any other. */
  readonly conferenceIdentifier: Uint8Array | undefined;
}

/** What call signalling tells whoever holds it. */
export interface SignallingOutput {
  /** A message for the far side. */
  send(message: CallMessage): void;
  /** Messages of H.245 that came inside call signalling, in their order. */
  h245(messages: readonly Uint8Array[]): void;
  /** H.245 can be sent now: through the tunnel. */
  tunnelOpened(): void;
  /**
   * There is no tunnel: H.245 needs a connection of its own. `theirs` is where they take it, where they have said so; `waiting` what was to
   * go through the tunnel and has not.
   */
  connectionNeeded(theirs: TransportAddress | undefined, waiting: readonly Uint8Array[]): void;
  /** Channels that the far side proposes (inbound) or has chosen (outbound) by fast start, each an encoded OpenLogicalChannel. */
  fastStart(channels: readonly Uint8Array[]): void;
  /** The far side will not do fast start. */
  fastStartRefused(): void;
  ringing(): void;
  connected(): void;
  /** The far side wants the call to go elsewhere. */
  forwarded(to: ForwardTarget): void;
  /** Keys were pressed and told by Information: 0-9, *, #, A-D. */
  keypad(digits: string): void;
  /** The call is over. Nothing comes after it. */
  released(reason: EndReason): void;
}
