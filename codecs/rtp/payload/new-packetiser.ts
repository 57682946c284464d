import type { VideoCodec } from '#codecs/media/description.ts';
import { H261Packetiser } from './h261-packetiser.ts';
import { H263Packetiser } from './h263-packetiser.ts';
import { H263PlusPacketiser } from './h263plus-packetiser.ts';
import { H264Packetiser } from './h264-packetiser.ts';
import type { VideoPacketiser } from './video-payload.ts';
import { Vp8Packetiser } from './vp8-packetiser.ts';

/**
 * What cuts pictures into the packets of a codec as it was negotiated. `maximumPayload` in octets; `pictureId` of the first picture, VP8 only.
 * @throws RangeError when `maximumPayload` is out of range.
 */
export function newPacketiser(codec: VideoCodec, maximumPayload: number, pictureId: number): VideoPacketiser {
  switch (codec.name) {
    case 'H264':
      return new H264Packetiser({ packetizationMode: codec.h264.packetizationMode, maximumPayload });
    case 'VP8':
      return new Vp8Packetiser({ maximumPayload, pictureId });
    case 'H261':
      return new H261Packetiser({ maximumPayload });
    case 'H263':
      return new H263Packetiser({ maximumPayload });
    case 'H263-1998':
    case 'H263-2000':
      return new H263PlusPacketiser({ maximumPayload });
  }
}
