import type { Codec, TransportAddress } from '#codecs/media/description.ts';
import type { NegotiatedStream } from '#codecs/media/negotiated.ts';
import { PerError } from '../asn1/per-error.ts';
import { type H245, h245 } from '../h245/types.ts';
import { type ChannelMedia, kindOf, readChannelMedia, writePacketization } from './data-type.ts';
import { type ChannelRemote, openParameters, rtcpOf } from './logical-channel.ts';
import type { RemoteCapabilities } from './remote-capabilities.ts';
import { readTransportAddress, writeTransportAddress } from './transport-address.ts';

type OpenLogicalChannel = H245<'OpenLogicalChannel'>;
type Multiplex = H245<'H2250LogicalChannelParameters'>;

/** A channel of fast start (H.323 §8.1.7): `theirs` is one that the other side sends over, `ours` one that we do. */
export interface FastChannel {
  readonly sender: 'theirs' | 'ours';
  readonly open: OpenLogicalChannel;
  readonly media: ChannelMedia;
  /** Where RTP goes to: told by who receives. */
  readonly rtp: TransportAddress | undefined;
  readonly rtcp: TransportAddress | undefined;
}

/** Channels proposed at once: every codec both ways, a few times over. */
const MAXIMUM_CHANNELS = 64;

/**
 * Reads encoded proposals or answers; those of kinds that we do not have are left out. `callee` tells which side reads: to the called
 * side the forward direction is theirs.
 */
export function readFastChannels(channels: readonly Uint8Array[], reader: 'callee' | 'caller'): FastChannel[] {
  return channels.slice(0, MAXIMUM_CHANNELS).flatMap((octets) => {
    const open = decode(octets);
    const channel = open === undefined ? undefined : readFastChannel(open, reader);
    return channel === undefined ? [] : [channel];
  });
}

/** What the proposals say of the other side: what it receives, in its order of preference. */
export function capabilitiesOf(channels: readonly FastChannel[]): RemoteCapabilities {
  const ours = channels.filter(({ sender }) => sender === 'ours');
  const codecs = (kind: ChannelMedia['kind']): Codec[] =>
    ours.filter(({ media }) => media.kind === kind).map(({ media }) => media.codec);
  const rates = ours.flatMap(({ media: { bitRate } }) => (bitRate === undefined ? [] : [bitRate]));
  return {
    audio: codecs('audio'),
    packetTime: undefined,
    video: codecs('main'),
    videoBitRate: rates.length === 0 ? undefined : Math.max(...rates),
  };
}

/** The proposal by which a medium is sent with the codec that was agreed, of the kind of `sender`. */
export function chosen(
  channels: readonly FastChannel[],
  sender: FastChannel['sender'],
  media: NegotiatedStream,
): FastChannel | undefined {
  const kind = kindOf(media);
  const names = sender === 'ours' ? [media.send.name] : media.receive.map(({ name }) => name);
  const candidates = channels.filter((channel) => channel.sender === sender && channel.media.kind === kind);
  return names.flatMap((name) => candidates.filter(({ media: { codec } }) => codec.name === name))[0];
}

/** The answer to a proposal of the other side: the proposal with our addresses, and our number where we send. */
export function writeFastAnswer({ open, sender }: FastChannel, local: TransportAddress, number: number): Buffer {
  const rtcp = writeTransportAddress(rtcpOf(local));
  const ours = { mediaChannel: writeTransportAddress(local), mediaControlChannel: rtcp };
  const { forwardLogicalChannelParameters: forward, reverseLogicalChannelParameters: reverse } = open;
  if (sender === 'theirs') {
    const multiplex = { ...multiplexOf(forward.multiplexParameters), ...ours };
    return h245.encode('OpenLogicalChannel', {
      ...open,
      forwardLogicalChannelParameters: {
        ...forward,
        multiplexParameters: { type: 'h2250LogicalChannelParameters', value: multiplex },
      },
    });
  }
  const multiplex = { ...multiplexOf(reverse?.multiplexParameters), mediaControlChannel: rtcp };
  return h245.encode('OpenLogicalChannel', {
    ...open,
    forwardLogicalChannelNumber: number,
    ...(reverse === undefined
      ? {}
      : {
          reverseLogicalChannelParameters: {
            ...reverse,
            multiplexParameters: { type: 'h2250LogicalChannelParameters', value: multiplex },
          },
        }),
  });
}

/** Our proposals for a medium, one for each direction. `number`: of the channel that we send over. */
export function writeFastProposals(media: NegotiatedStream, local: TransportAddress, number: number): Buffer[] {
  const forward = openParameters(media, local);
  if (forward === undefined) {
    return [];
  }
  const { dataType, multiplexParameters } = forward.forwardLogicalChannelParameters;
  const receives: Multiplex = {
    ...multiplexOf(multiplexParameters),
    ...writePacketization(media.send),
    mediaChannel: writeTransportAddress(local),
    mediaControlChannel: writeTransportAddress(rtcpOf(local)),
  };
  return [
    h245.encode('OpenLogicalChannel', { ...forward, forwardLogicalChannelNumber: number }),
    h245.encode('OpenLogicalChannel', {
      forwardLogicalChannelNumber: number,
      forwardLogicalChannelParameters: {
        dataType: { type: 'nullData', value: null },
        multiplexParameters: { type: 'none', value: null },
      },
      reverseLogicalChannelParameters: {
        dataType,
        multiplexParameters: { type: 'h2250LogicalChannelParameters', value: receives },
      },
    }),
  ];
}

/** Where the media of a channel of ours go to; undefined where it does not say. */
export function remoteOf(channel: FastChannel | undefined): ChannelRemote | undefined {
  return channel?.rtp === undefined
    ? undefined
    : { rtp: channel.rtp, rtcp: channel.rtcp ?? rtcpOf(channel.rtp), payloadType: undefined };
}

function readFastChannel(open: OpenLogicalChannel, reader: 'callee' | 'caller'): FastChannel | undefined {
  const { forwardLogicalChannelParameters: forward, reverseLogicalChannelParameters: reverse } = open;
  const isForward = forward.dataType.type !== 'nullData';
  const dataType = isForward ? forward.dataType : reverse?.dataType;
  const multiplex = multiplexOf(isForward ? forward.multiplexParameters : reverse?.multiplexParameters);
  const media = dataType === undefined || multiplex === undefined ? undefined : readChannelMedia(dataType, multiplex);
  if (media === undefined || multiplex === undefined) {
    return undefined;
  }
  return {
    sender: isForward === (reader === 'callee') ? 'theirs' : 'ours',
    open,
    media,
    rtp: readTransportAddress(multiplex.mediaChannel),
    rtcp: readTransportAddress(multiplex.mediaControlChannel),
  };
}

function multiplexOf(
  parameters:
    | OpenLogicalChannel['forwardLogicalChannelParameters']['multiplexParameters']
    | NonNullable<OpenLogicalChannel['reverseLogicalChannelParameters']>['multiplexParameters'],
): Multiplex {
  return parameters?.type === 'h2250LogicalChannelParameters' ? parameters.value : { sessionID: 0 };
}

function decode(octets: Uint8Array): OpenLogicalChannel | undefined {
  try {
    return h245.decode('OpenLogicalChannel', octets);
  } catch (error) {
    if (error instanceof PerError) {
      return undefined;
    }
    throw error;
  }
}
