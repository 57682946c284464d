import { z } from 'zod';
import { id, ssrc } from './identifiers.ts';

/**
 * What another engine needs to go on with a leg where this one stopped, beside the desired state: so that the peer sees one source
 * that lost some packets, not another one. Times are ms of the engine's clock, which is one for all processes of a machine.
 * Room for SRTP (keys, ROC, SSRC) is in `session`.
 */

const sequenceNumber = z.number().int().min(0).max(0xffff);
const unsigned32 = z.number().int().min(0).max(0xffff_ffff);
const count = z.number().int().nonnegative();
const time = z.number();

/** Any address that a peer may send from. */
const peerAddress = z.object({ address: z.string().min(2).max(64), port: z.number().int().min(0).max(65_535) });

const latched = z.object({
  signalled: peerAddress,
  /** Where a peer is that sends from elsewhere. */
  followed: peerAddress.optional(),
  /** The source that is heard there. */
  ssrc: unsigned32.optional(),
});
/** Who is followed. Holds as long as the peer signals the same. */
export type LatchRecord = z.infer<typeof latched>;

const session = z.object({ rtp: latched.optional(), rtcp: latched.optional() });
/** Who is followed on the two ports of an RTP session. */
export type SessionRecord = z.infer<typeof session>;

const sent = z.object({
  ssrc,
  /** Of the next packet. */
  sequenceNumber,
  /** Sums, for sender reports (RFC 3550 §6.4.1). */
  packets: count,
  bytes: count,
});
/** A source of ours that has sent. */
export type SentRecord = z.infer<typeof sent>;

const sentSound = sent.extend({
  /** Hz. */
  clockRate: z.number().int().positive(),
  /** The RTP timestamp that belongs to the time `at`. */
  timestamp: unsigned32,
  at: time,
});
/** A source of ours that has sent sound, with its RTP clock. */
export type SentSoundRecord = z.infer<typeof sentSound>;

const sentRendition = sent.extend({
  /** RTP timestamp of time 0. */
  timestampOffset: unsigned32,
});
/** A source of ours that has sent a rendition; 90 kHz. */
export type SentRenditionRecord = z.infer<typeof sentRendition>;

const sentForward = sent.extend({
  /** Our timestamp of the last packet that was sent on, and whose and which it was. */
  timestamp: unsigned32,
  last: z.object({ ssrc: unsigned32, timestamp: unsigned32 }),
});
/** A source of ours that has sent on what another leg sends. */
export type SentForwardRecord = z.infer<typeof sentForward>;

const audio = z.object({ session, sent: sentSound.optional() });
/** The sound of a leg. */
export type AudioRecord = z.infer<typeof audio>;

const video = z.object({
  session,
  /** Speaks for us where nothing is sent but RTCP. */
  spareSsrc: ssrc,
  /** Of the last full intra request (RFC 5104 §4.3.1.1). */
  firSequence: z.number().int().min(0).max(0xff),
  /** The source that is listened to. */
  mediaSsrc: unsigned32.optional(),
  renditions: z.array(sentRendition).max(8),
  forwards: z.array(sentForward).max(8),
});
/** The picture of a leg: what came to it, and what it was sent. */
export type VideoRecord = z.infer<typeof video>;

/** What another engine must know of a leg. */
export const legRecord = z.object({
  leg: id,
  /** When it was made. */
  at: time,
  audio: audio.optional(),
  video: video.optional(),
});
/** All that is kept of one leg: `legRecord`. */
export type LegRecord = z.infer<typeof legRecord>;
