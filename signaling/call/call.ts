import type { EventEmitter } from 'node:events';
import type { MediaDescription } from '#codecs/media/description.ts';

/** The dialect that a party speaks. */
export const PROTOCOLS = ['sip', 'h323', 'webrtc'] as const;
/** One of `PROTOCOLS`. */
export type Protocol = (typeof PROTOCOLS)[number];

/** `inbound`: the party called us. */
export type CallDirection = 'inbound' | 'outbound';

/** The closed set of reasons for which a call ends. Metrics use the same words. */
export const END_REASONS = [
  /** The party hung up. */
  'remote-hangup',
  /** We hung up: lesson over, operator's wish. */
  'local-hangup',
  /** The caller gave up before the answer. */
  'cancelled',
  /** No class has this code. */
  'unknown-class',
  /** Offer and answer have nothing in common. */
  'no-common-media',
  /** The offer or another message could not be read. */
  'bad-request',
  /** No capacity, or the lesson is full. */
  'capacity',
  /** The answer was never acknowledged, or the far side stopped answering. */
  'signalling-timeout',
  /** The signalling connection broke. */
  'connection-lost',
  /** The same party called anew: its old call was a ghost. */
  'replaced',
  /** Outbound: the party did not answer. */
  'no-answer',
  /** Outbound: the party is in another call. */
  'busy',
  /** Outbound: the party, or who stands before it, declined. */
  'rejected',
  /** Outbound: nobody has this address. */
  'unreachable',
  /** No RTP and no RTCP for the configured time. */
  'media-timeout',
  /** The service stops. */
  'shutdown',
  /** A fault of ours; the log tells. */
  'internal-error',
] as const;
/** One of `END_REASONS`. */
export type EndReason = (typeof END_REASONS)[number];

/** What a call tells, whatever its dialect (ARCHITECTURE.md, "Words"). */
export interface CallEvents {
  /** The far side rings (outbound). */
  ringing: [];
  /** Offer and answer are done and the far side knows it (SIP: ACK came). */
  answered: [];
  /** The far side offers anew, or asks for an offer, in mid-call. */
  media: [exchange: MediaExchange];
  /** The far side asks for a key frame of what we send. */
  'keyframe-request': [];
  /** The far side asks us to send no more than this, bit/s. */
  'bitrate-request': [bitRate: number];
  /** The far side wants to go elsewhere. */
  transfer: [transfer: Transfer];
  /** A digit: 0-9, *, #, A-D. */
  dtmf: [digit: string];
  /** Emitted once; nothing comes after it. */
  ended: [reason: EndReason];
}

/** One round of offer and answer (RFC 3264), whoever begins it. */
export interface MediaExchange {
  /** What the far side offers; undefined where it asks for our offer (a SIP INVITE without SDP). */
  readonly offer: MediaDescription | undefined;
  /**
   * Sends our side: the answer to `offer`, or our own offer where there is none. Resolves when the far side has
   * acknowledged it: to its answer where the offer was ours, else to undefined. Rejects when it never does.
   */
  complete(description: MediaDescription): Promise<MediaDescription | undefined>;
  /** Refuses the exchange; a call that was up goes on as it was. */
  refuse(reason: EndReason): void;
}

/** A party's wish to be connected with somebody else (REFER, H.450.2, H.225 Facility). */
export interface Transfer {
  /** SIP URI, or alias of H.323. */
  readonly target: string;
  /** The call that the new one shall take the place of, as its Replaces header (RFC 3891). */
  readonly replaces: string | undefined;
  /** It will be tried. */
  accept(): void;
  /** It is not done here. */
  refuse(): void;
  /** How it went: a SIP status. */
  finished(status: number): void;
}

/** One party's signalling relation, whatever its dialect. */
export interface Call extends EventEmitter<CallEvents> {
  /** Unique among all calls of the service; names the call in logs, API and metrics. */
  readonly id: string;
  readonly protocol: Protocol;
  readonly direction: CallDirection;
  /** Who is calling, as the far side says it: a name for people. */
  readonly remoteName: string;
  /** Asks the far side for a key frame by signalling. Dialects that cannot do so do nothing. */
  requestKeyFrame(): void;
  /** Ends the call, or refuses it where it was not answered yet; `ended` follows. A second call does nothing. */
  end(reason: EndReason): void;
}
