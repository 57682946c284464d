import type { VideoCodec } from '#codecs/media/description.ts';
import { H264Packetiser } from '#codecs/rtp/payload/h264-packetiser.ts';
import type { VideoPacketiser } from '#codecs/rtp/payload/video-payload.ts';
import { Vp8Packetiser } from '#codecs/rtp/payload/vp8-packetiser.ts';

/** How pictures travel: H.264 with its packetization-mode (RFC 6184 §6.2), or VP8. */
export type PictureFormat = 'H264/1' | 'H264/0' | 'VP8';

const MAXIMUM_PAYLOAD = 1200;

/** The format of a negotiated codec. */
export function formatOf(codec: VideoCodec): PictureFormat {
  return codec.name === 'VP8' ? 'VP8' : `H264/${codec.h264.packetizationMode}`;
}

/** The codec that a format belongs to. */
export function codecOf(format: PictureFormat): VideoCodec['name'] {
  return format === 'VP8' ? 'VP8' : 'H264';
}

/** What cuts pictures of a format into payloads. */
export function newPacketiser(format: PictureFormat): VideoPacketiser {
  return format === 'VP8'
    ? new Vp8Packetiser({ maximumPayload: MAXIMUM_PAYLOAD, pictureId: 0 })
    : new H264Packetiser({ packetizationMode: format === 'H264/0' ? 0 : 1, maximumPayload: MAXIMUM_PAYLOAD });
}
