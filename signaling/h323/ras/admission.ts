import type { TransportAddress } from '#codecs/media/description.ts';
import type { CallDirection, EndReason } from '../../call/call.ts';
import type { H225 } from '../h225/types.ts';

/** What a gatekeeper is asked about a call (H.225.0 §7.11, AdmissionRequest). */
export interface CallToAdmit {
  /** 16 octets. */
  readonly callIdentifier: Uint8Array;
  /** 16 octets. */
  readonly conferenceIdentifier: Uint8Array;
  /** 1 to 32767. */
  readonly callReference: number;
  readonly direction: CallDirection;
  /** Who is called, as the Setup says or will say it. */
  readonly destinationAliases: readonly H225<'AliasAddress'>[];
  /** Where the called side takes calls; undefined where the gatekeeper shall find it. */
  readonly destinationAddress: TransportAddress | undefined;
  readonly sourceAliases: readonly H225<'AliasAddress'>[];
  readonly sourceAddress: TransportAddress | undefined;
  /**
   * Where its signalling comes from: who knows the identifier of somebody else's call by hearsay is not in that call. Undefined for calls
   * of ours, whose identifiers nobody knew before.
   */
  readonly remoteAddress: string | undefined;
  /** What the caller says that its gatekeeper calls it; most say nothing. */
  readonly endpointIdentifier?: string | undefined;
  /** bit/s, both ways together, without headers. */
  readonly bitRate: number;
}

/** The call may be made, or taken. */
export interface Admitted {
  readonly outcome: 'admitted';
  /** Where the Setup goes to: the called room, or a gatekeeper that routes calls. Undefined where nobody changed it. */
  readonly callSignalAddress: TransportAddress | undefined;
  /** Who is to be named in the Setup, where the gatekeeper changed it. */
  readonly destinationAliases: readonly H225<'AliasAddress'>[] | undefined;
  /** bit/s that were granted: never more than asked for. */
  readonly bitRate: number;
}

/** The call may not be made, or taken. */
export interface Refused {
  readonly outcome: 'refused';
  readonly reason: EndReason;
  /** The gatekeeper's word, for the log: a reason of AdmissionReject, or `timeout`. */
  readonly detail: string;
}

/** Who decides about calls before they are made and taken: a gatekeeper, ours or one above us. */
export interface Admission {
  /** Asks for a call. Never rejects. */
  admit(call: CallToAdmit): Promise<Admitted | Refused>;
  /**
   * The call is over, or was never made: the same object that was asked about, since strangers may call by the identifier of another
   * call. Unknown ones are let be.
   */
  release(call: CallToAdmit): void;
}

/** A gatekeeper refused a call of ours. */
export class AdmissionRefused extends Error {
  readonly reason: EndReason;
  readonly detail: string;

  constructor({ reason, detail }: Pick<Refused, 'reason' | 'detail'>) {
    super(`the gatekeeper refuses the call: ${detail}`);
    this.name = 'AdmissionRefused';
    this.reason = reason;
    this.detail = detail;
  }
}
