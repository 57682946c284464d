import type { Codec, MediaDescription, StreamDescription } from '#codecs/media/description.ts';
import type { H245 } from '../h245/types.ts';
import { readAudioCapability, readPacketTime } from './audio-capability.ts';
import { H264_PACKETIZATION, readBitRate, readH264Capability } from './h264-capability.ts';
import { oldVideoBitRate, readOldVideoCapability } from './old-video-capability.ts';
import { plainVideo } from './plain-data.ts';
import { readTelephoneEvents } from './telephone-events.ts';

type Capability = NonNullable<NonNullable<H245<'TerminalCapabilitySet'>['capabilityTable']>[number]['capability']>;

/** Payload types that we send with where the other side does not care: dynamic ones (RFC 3551 §3). */
const H264_PAYLOAD_TYPE = 97;

/** Where nothing is known of an address yet: port 9 is "discard", and nobody sends to the unspecified address. */
export const UNKNOWN_ADDRESS = { address: '0.0.0.0', port: 9 } as const;
/** Nobody's (RFC 5737). */
const DOCUMENTATION_ADDRESS = { address: '192.0.2.1', port: 9 } as const;

/** What the other side can receive of each medium, in the order of its preference. */
export interface RemoteCapabilities {
  readonly audio: readonly Codec[];
  /** ms of sound that may be in a packet. */
  readonly packetTime: number | undefined;
  readonly video: readonly Codec[];
  /** bit/s of a picture; undefined where it is not told. */
  readonly videoBitRate: number | undefined;
}

/**
 * Reads what a capability set lets us send. Where its descriptors say which capabilities go together, those of the first descriptor
 * count, in its order (H.245 §B.2.2.4 lists descriptors by preference); else the whole table.
 */
export function readCapabilitySet(set: H245<'TerminalCapabilitySet'>): RemoteCapabilities {
  const capabilities = orderedCapabilities(set);
  const received = capabilities.flatMap(receivedPart);
  const audio = received.flatMap((capability) => {
    const codec = capability.kind === 'audio' ? readAudioCapability(capability.value) : undefined;
    return capability.kind === 'audio' && codec !== undefined
      ? [{ codec, time: readPacketTime(capability.value) }]
      : [];
  });
  const generic = received.flatMap((capability) =>
    capability.kind === 'video' && capability.value.type === 'genericVideoCapability' ? [capability.value.value] : [],
  );
  const modes = packetizationModes(set);
  const h264 = generic.flatMap((capability) =>
    modes.flatMap((packetizationMode) =>
      readH264Capability(capability, { payloadType: H264_PAYLOAD_TYPE, packetizationMode }),
    ),
  );
  const older = received.flatMap((capability) => {
    const codec = capability.kind === 'video' ? readOldVideoCapability(capability.value) : undefined;
    return codec === undefined ? [] : [codec];
  });
  const video = [...h264, ...older];
  const rates = [...generic.map(readBitRate), ...older.map(oldVideoBitRate)].filter((rate) => rate !== undefined);
  return {
    audio: audio.length === 0 ? [] : [...audio.map(({ codec }) => codec), ...readTelephoneEvents(capabilities)],
    packetTime: audio[0]?.time,
    video,
    videoBitRate: rates.length === 0 ? undefined : Math.max(...rates),
  };
}

/** The capabilities as an offer: its addresses are not known before channels are open. */
export function describe(remote: RemoteCapabilities): MediaDescription {
  const streams: StreamDescription[] = [];
  if (remote.audio.length > 0) {
    const { packetTime } = remote;
    streams.push({ ...stream('audio', remote.audio), ...(packetTime === undefined ? {} : { packetTime }) });
  }
  if (remote.video.length > 0) {
    const { videoBitRate } = remote;
    streams.push({ ...stream('main', remote.video), ...(videoBitRate === undefined ? {} : { bitRate: videoBitRate }) });
  }
  return { streams };
}

/** An offer as it will be: an address that is not known yet means no hold (RFC 3264 §8.4), but a channel that is to be opened. */
export function reachable({ streams, ...rest }: MediaDescription): MediaDescription {
  return {
    ...rest,
    streams: streams.map((stream) =>
      stream.address === UNKNOWN_ADDRESS ? { ...stream, address: DOCUMENTATION_ADDRESS } : stream,
    ),
  };
}

/** A medium of the other side whose address is not known yet. */
export function stream(kind: 'audio' | 'main', codecs: readonly Codec[]): StreamDescription {
  return {
    kind,
    mediaType: kind === 'audio' ? 'audio' : 'video',
    protocol: 'RTP/AVP',
    formats: codecs.map(({ payloadType }) => String(payloadType)),
    address: UNKNOWN_ADDRESS,
    rtcpMux: false,
    rtcpReducedSize: false,
    direction: 'sendrecv',
    codecs,
  };
}

function orderedCapabilities({ capabilityTable, capabilityDescriptors }: H245<'TerminalCapabilitySet'>): Capability[] {
  const table = new Map<number, Capability>();
  for (const { capabilityTableEntryNumber, capability } of capabilityTable ?? []) {
    if (capability !== undefined) {
      table.set(capabilityTableEntryNumber, capability);
    }
  }
  // The descriptor with the lowest number is wanted most, wherever it stands.
  const preferred = capabilityDescriptors
    ?.filter(({ simultaneousCapabilities }) => (simultaneousCapabilities?.length ?? 0) > 0)
    .toSorted((a, b) => a.capabilityDescriptorNumber - b.capabilityDescriptorNumber)[0]?.simultaneousCapabilities;
  if (preferred === undefined) {
    return [...table.values()];
  }
  return preferred.flat().flatMap((entry) => {
    const capability = table.get(entry);
    return capability === undefined ? [] : [capability];
  });
}

type Received =
  | { readonly kind: 'audio'; readonly value: H245<'AudioCapability'> }
  | { readonly kind: 'video'; readonly value: H245<'VideoCapability'> };

/** The part of a capability that says what can be received: what can only be transmitted does not bear on what we send. */
function receivedPart(capability: Capability): Received[] {
  switch (capability.type) {
    case 'receiveAudioCapability':
    case 'receiveAndTransmitAudioCapability':
      return [{ kind: 'audio', value: capability.value }];
    case 'receiveVideoCapability':
    case 'receiveAndTransmitVideoCapability':
      return [{ kind: 'video', value: plainVideo(capability.value) }];
    default:
      return [];
  }
}

/** How the other side takes H.264 in packets: single NAL units unless it says more (H.241 §A.3), the better first. */
function packetizationModes({ multiplexCapability }: H245<'TerminalCapabilitySet'>): readonly (0 | 1)[] {
  const packetization =
    multiplexCapability?.type === 'h2250Capability'
      ? (multiplexCapability.value.mediaPacketizationCapability.rtpPayloadType ?? [])
      : [];
  const takesAggregates = packetization.some(
    ({ payloadDescriptor }) =>
      payloadDescriptor.type === 'oid' && payloadDescriptor.value === H264_PACKETIZATION.nonInterleaved,
  );
  return takesAggregates ? [1, 0] : [0];
}
