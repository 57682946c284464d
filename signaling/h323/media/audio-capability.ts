import type { AudioCodec } from '#codecs/media/description.ts';
import type { H245 } from '../h245/types.ts';

type AudioCapability = H245<'AudioCapability'>;

/** Frames of G.711 and G.722 are of 8 RTP clock ticks, 1 ms (H.225.0 table 1): so many are in a packet of ours. */
const FRAMES = 20;
/** Static payload types (RFC 3551 §6). */
const STATIC = { PCMU: 0, PCMA: 8, G722: 9 } as const;

/** How H.245 says a codec; undefined where it has no name for it: there is none for Opus. */
export function writeAudioCapability(codec: AudioCodec): AudioCapability | undefined {
  switch (codec.name) {
    case 'PCMA':
      return { type: 'g711Alaw64k', value: FRAMES };
    case 'PCMU':
      return { type: 'g711Ulaw64k', value: FRAMES };
    case 'G722':
      return { type: 'g722-64k', value: FRAMES };
    case 'opus':
      return undefined;
  }
}

/** The codec that a capability or a channel names; undefined where we have no such codec. */
export function readAudioCapability(capability: AudioCapability): AudioCodec | undefined {
  switch (capability.type) {
    case 'g711Alaw64k':
      return { name: 'PCMA', payloadType: STATIC.PCMA, clockRate: 8000 };
    case 'g711Ulaw64k':
      return { name: 'PCMU', payloadType: STATIC.PCMU, clockRate: 8000 };
    case 'g722-64k':
      return { name: 'G722', payloadType: STATIC.G722, clockRate: 8000 };
    default:
      return undefined;
  }
}

/** ms of sound that may be in a packet, where the capability says so. */
export function readPacketTime(capability: AudioCapability): number | undefined {
  switch (capability.type) {
    case 'g711Alaw64k':
    case 'g711Ulaw64k':
    case 'g722-64k':
      return capability.value;
    default:
      return undefined;
  }
}
