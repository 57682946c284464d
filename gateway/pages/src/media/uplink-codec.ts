import type { ProducerCodecOptions, RtpCodecCapability, RtpEncodingParameters } from 'mediasoup-client/types';

/** Opus with in-band FEC and silence suppression (RFC 7587 §6.1: `useinbandfec`, `usedtx`). */
export const AUDIO_CODEC_OPTIONS: ProducerCodecOptions = { opusStereo: false, opusFec: true, opusDtx: true };

/** Begins at 1000 kbit/s rather than the browser's 300, so that the first seconds are sharp. */
export const VIDEO_CODEC_OPTIONS: ProducerCodecOptions = { videoGoogleStartBitrate: 1_000 };

/** One encoding of at most 1.5 Mbit/s. */
export const VIDEO_ENCODINGS: readonly RtpEncodingParameters[] = [{ maxBitrate: 1_500_000 }];

/**
 * The codecs to try for the camera, best first: H.264 with packetization-mode 1 (RFC 6184 §8.1), because rooms take it
 * as it is; then VP8.
 */
export function videoCodecs(codecs: readonly RtpCodecCapability[]): RtpCodecCapability[] {
  const named = (name: string) => codecs.filter(({ mimeType }) => mimeType.toLowerCase() === name);
  const h264 = named('video/h264').filter(({ parameters }) => Number(parameters?.['packetization-mode'] ?? 0) === 1);
  return [...h264, ...named('video/vp8')];
}
