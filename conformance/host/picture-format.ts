import type { EncodableVideo } from '#codecs/ffmpeg/video-encoder.ts';
import type { VideoCodec } from '#codecs/media/description.ts';

/** How pictures travel: H.264 with its packetization-mode (RFC 6184 §6.2), or a codec by its name. */
export type PictureFormat = 'H264/1' | 'H264/0' | Exclude<VideoCodec['name'], 'H264'>;

/** The format of a negotiated codec. */
export function formatOf(codec: VideoCodec): PictureFormat {
  return codec.name === 'H264' ? `H264/${codec.h264.packetizationMode}` : codec.name;
}

/** The codec that a format belongs to. */
export function codecOf(format: PictureFormat): VideoCodec['name'] {
  return format === 'H264/1' || format === 'H264/0' ? 'H264' : format;
}

/** What is encoded for a format: packets of H.263+ may carry plain H.263. */
export function bitstreamOf(format: PictureFormat): EncodableVideo {
  const codec = codecOf(format);
  return codec === 'H263-1998' || codec === 'H263-2000' ? 'H263' : codec;
}
