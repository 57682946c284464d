import type { TransportAddress } from '#codecs/media/description.ts';
import type { CallDirection } from '../../call/call.ts';
import type { H225 } from '../h225/types.ts';

/** Of which call the signalling is. */
export interface CallSignallingOptions {
  readonly direction: CallDirection;
  readonly callReference: number;
  /** 16 octets each. */
  readonly callIdentifier: Uint8Array;
  readonly conferenceIdentifier: Uint8Array;
  /** What we are. */
  readonly endpoint: H225<'EndpointType'>;
  /** A name for the far side's screen. */
  readonly displayName: string;
  /** Whether H.245 goes through this connection where the far side can do so. */
  readonly tunnelling: boolean;
}

/** Whom an outbound call is for. */
export interface Destination {
  readonly aliases: readonly H225<'AliasAddress'>[];
  readonly address: TransportAddress;
  /** 64 kbit/s channels. */
  readonly rate: number;
  readonly sourceAliases: readonly H225<'AliasAddress'>[];
  readonly sourceAddress: TransportAddress;
  /** Whether the called side has that conference already, and we join it. */
  readonly joins: boolean;
  /** Encoded proposals of channels; none for a slow start. */
  readonly fastStart: readonly Uint8Array[];
}
