import type { AudioCodec, Codec, VideoCodec } from '#codecs/media/description.ts';
import type { H245 } from '../h245/types.ts';
import { readAudioCapability, writeAudioCapability } from './audio-capability.ts';
import { H264_PACKETIZATION, readBitRate, readH264Capability, writeH264Capability } from './h264-capability.ts';
import { oldVideoBitRate, readOldVideoCapability, writeOldVideoCapability } from './old-video-capability.ts';
import { plainData } from './plain-data.ts';

type Multiplex = H245<'H2250LogicalChannelParameters'>;
type DataType = H245<'DataType'>;

/** What one channel carries. */
export interface ChannelMedia {
  readonly kind: 'audio' | 'main';
  readonly codec: AudioCodec | VideoCodec;
  /** bit/s, where the channel says so. */
  readonly bitRate: number | undefined;
}

/** Which channel a stream goes over: there is one for sound and one for the main picture. */
export function kindOf({ kind }: { readonly kind: string }): ChannelMedia['kind'] {
  return kind === 'audio' ? 'audio' : 'main';
}

/** RTP session of a medium (H.245 §B.3.1): 1 and 2 are reserved for the primary sound and picture. */
export const SESSION_ID = { audio: 1, main: 2 } as const;

/** The RFCs of H.263+ (mediaPacketization). */
const LATER_PACKETS = [2429, 4629];
/** Payload types from here on are dynamic (RFC 3551 §3). */
const FIRST_DYNAMIC = 96;

/** The data type of a channel that carries this codec; undefined where H.245 has no name for it. `bitRate` in bit/s, for a picture. */
export function writeDataType(codec: Codec, bitRate: number): DataType | undefined {
  switch (codec.name) {
    case 'H264':
      return {
        type: 'videoData',
        value: { type: 'genericVideoCapability', value: writeH264Capability(codec, bitRate) },
      };
    case 'PCMA':
    case 'PCMU':
    case 'G722': {
      const capability = writeAudioCapability(codec);
      return capability === undefined ? undefined : { type: 'audioData', value: capability };
    }
    case 'H261':
    case 'H263': {
      const capability = writeOldVideoCapability(codec, bitRate);
      return capability === undefined ? undefined : { type: 'videoData', value: capability };
    }
    default:
      return undefined;
  }
}

/** What belongs to a codec among the parameters of its channel: payload type and packets. */
export function writePacketization(codec: Codec): Pick<Multiplex, 'dynamicRTPPayloadType' | 'mediaPacketization'> {
  const { payloadType } = codec;
  if (codec.name !== 'H264') {
    return payloadType < FIRST_DYNAMIC ? {} : { dynamicRTPPayloadType: payloadType };
  }
  const oid = codec.h264.packetizationMode === 1 ? H264_PACKETIZATION.nonInterleaved : H264_PACKETIZATION.singleNalUnit;
  return {
    dynamicRTPPayloadType: payloadType,
    mediaPacketization: {
      type: 'rtpPayloadType',
      value: { payloadDescriptor: { type: 'oid', value: oid }, payloadType },
    },
  };
}

/** The medium of a channel; undefined where it carries none that we take. */
export function readChannelMedia(wrapped: DataType, outer: Multiplex): ChannelMedia | undefined {
  const { dataType, payloadType: inner } = plainData(wrapped);
  const multiplex = inner === undefined ? outer : { dynamicRTPPayloadType: inner, ...outer };
  if (dataType.type === 'audioData') {
    const codec = readAudioCapability(dataType.value);
    const payloadType = payloadTypeOf(multiplex);
    return codec === undefined
      ? undefined
      : { kind: 'audio', codec: payloadType === undefined ? codec : { ...codec, payloadType }, bitRate: undefined };
  }
  if (dataType.type !== 'videoData') {
    return undefined;
  }
  if (dataType.value.type !== 'genericVideoCapability') {
    const codec = readOldVideoCapability(dataType.value, payloadTypeOf(multiplex));
    return codec === undefined || isOfLaterPackets(dataType.value, multiplex)
      ? undefined
      : { kind: 'main', codec, bitRate: oldVideoBitRate(codec) };
  }
  const capability = dataType.value.value;
  const [codec] = readH264Capability(capability, {
    payloadType: payloadTypeOf(multiplex) ?? FIRST_DYNAMIC,
    packetizationMode: packetizationModeOf(multiplex),
  });
  return codec === undefined ? undefined : { kind: 'main', codec, bitRate: readBitRate(capability) };
}

/** Whether a channel carries packets of H.263+ (RFC 2429 and 4629), which we do not offer in H.323. */
function isOfLaterPackets(capability: H245<'VideoCapability'>, { mediaPacketization }: Multiplex): boolean {
  const descriptor =
    mediaPacketization?.type === 'rtpPayloadType' ? mediaPacketization.value.payloadDescriptor : undefined;
  const isNamed = descriptor?.type === 'rfc-number' && LATER_PACKETS.includes(descriptor.value);
  return isNamed || (capability.type === 'h263VideoCapability' && capability.value.h263Options !== undefined);
}

/** The payload type that a channel's sender uses; rooms name it at either of two places. */
function payloadTypeOf({ dynamicRTPPayloadType, mediaPacketization }: Multiplex): number | undefined {
  const described = mediaPacketization?.type === 'rtpPayloadType' ? mediaPacketization.value.payloadType : undefined;
  return dynamicRTPPayloadType ?? described;
}

function packetizationModeOf({ mediaPacketization }: Multiplex): 0 | 1 {
  const descriptor =
    mediaPacketization?.type === 'rtpPayloadType' ? mediaPacketization.value.payloadDescriptor : undefined;
  return descriptor?.type === 'oid' && descriptor.value === H264_PACKETIZATION.nonInterleaved ? 1 : 0;
}
