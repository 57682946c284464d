import { H261Depacketiser } from './h261-depacketiser.ts';
import { H263Depacketiser } from './h263-depacketiser.ts';
import { H263PlusDepacketiser } from './h263plus-depacketiser.ts';
import { H264Depacketiser } from './h264-depacketiser.ts';
import type { VideoDepacketiser } from './video-payload.ts';
import { Vp8Depacketiser } from './vp8-depacketiser.ts';

/** The payload formats of pictures by their encoding names. */
export type VideoPayloadFormat = 'H264' | 'VP8' | 'H261' | 'H263' | 'H263-1998' | 'H263-2000';

/**
 * What puts pictures of a payload format together.
 * @param parameterSets H.264: known from signalling, as NAL units without start codes
 */
export function newDepacketiser(
  format: VideoPayloadFormat,
  parameterSets: readonly Uint8Array[] = [],
): VideoDepacketiser {
  switch (format) {
    case 'H264':
      return new H264Depacketiser({ parameterSets });
    case 'VP8':
      return new Vp8Depacketiser();
    case 'H261':
      return new H261Depacketiser();
    case 'H263':
      return new H263Depacketiser();
    case 'H263-1998':
    case 'H263-2000':
      return new H263PlusDepacketiser();
  }
}
