import type { EndReason, MediaExchange } from '../../call/call.ts';
import type { SessionOutput } from '../h245/session-output.ts';

/** What the media of a call tell whoever holds it. */
export interface MediaControlOutput {
  /** What can be sent to the other side is known, or has changed: the party answers as it answers an offer. */
  exchange(exchange: MediaExchange): void;
  /** The party finds nothing in common, or refuses for another reason. */
  refused(reason: EndReason): void;
  /** The proposals of the other side that we take by fast start, encoded with our addresses. */
  fastStartChosen(channels: readonly Uint8Array[]): void;
  /** Our proposals, encoded: they belong into the Setup. */
  fastStartProposed(channels: readonly Uint8Array[]): void;
  /** The other side wants a whole picture. */
  keyFrameRequested(): void;
  /** The other side wants to be sent at most so many bit/s of pictures. */
  bitRateRequested(bitRate: number): void;
}

/** The part of a session's output that is about media. */
export type MediaOutput = Pick<
  SessionOutput,
  | 'established'
  | 'capabilities'
  | 'channelOffered'
  | 'channelClosed'
  | 'channelOpened'
  | 'channelRefused'
  | 'ownChannelClosed'
  | 'miscellaneous'
  | 'modeRequested'
  | 'flowControl'
>;
