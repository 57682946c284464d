import type { AudioCodec, MediaDescription, StreamDescription, VideoCodec } from './description.ts';
import { maximumBitRate } from './video-format.ts';

/** What is set aside for sound, bit/s, where a bit rate is given for the session as a whole: G.711 or G.722 with the headers of all layers. */
const AUDIO_SHARE = 80_000;

/** Below this a picture is of no use: a session bit rate that leaves less is not obeyed further, bit/s. */
const LEAST_VIDEO = 64_000;

/**
 * The most that we may send in a video stream, bit/s: the least of our ceiling, the peer's b= of the stream, what its b= of the
 * session leaves beside sound, and what its codec limits allow.
 * @param ceiling ours, bit/s
 */
export function videoSendRate(
  codec: VideoCodec,
  stream: Pick<StreamDescription, 'bitRate'>,
  session: Pick<MediaDescription, 'bitRate'>,
  ceiling: number,
): number {
  const ofSession = session.bitRate === undefined ? ceiling : Math.max(LEAST_VIDEO, session.bitRate - AUDIO_SHARE);
  return Math.min(ceiling, stream.bitRate ?? ceiling, ofSession, maximumBitRate(codec));
}

/** The least that Opus can be set to, bit/s (RFC 7587 §7.1). */
const LEAST_OPUS = 6000;

/** The codec that we send to a peer, held to the bit rate of its stream: only Opus has a rate to choose. */
export function withAudioRate(codec: AudioCodec, stream: Pick<StreamDescription, 'bitRate'>): AudioCodec {
  if (codec.name !== 'opus' || stream.bitRate === undefined) return codec;
  const rate = Math.min(stream.bitRate, codec.opus.maxAverageBitrate ?? 510_000);
  return { ...codec, opus: { ...codec.opus, maxAverageBitrate: Math.max(LEAST_OPUS, rate) } };
}
