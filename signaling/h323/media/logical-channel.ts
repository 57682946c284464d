import type { TransportAddress } from '#codecs/media/description.ts';
import type { NegotiatedStream } from '#codecs/media/negotiated.ts';
import type { ChannelAck, IncomingChannel } from '../h245/incoming-channel.ts';
import type { H245 } from '../h245/types.ts';
import { type ChannelMedia, kindOf, SESSION_ID, writeDataType, writePacketization } from './data-type.ts';
import { readTransportAddress, writeTransportAddress } from './transport-address.ts';

/** Where the media of a channel of ours go to. */
export interface ChannelRemote {
  readonly rtp: TransportAddress;
  readonly rtcp: TransportAddress;
  /** The payload type that the other side wants in place of the one that we named. */
  readonly payloadType: number | undefined;
}

/** bit/s of sound, of every codec that H.245 has a name for here. */
export const SOUND_RATE = 64_000;
const LARGEST_SESSION_ID = 255;

/** Where RTCP of a medium is while nothing else is told: on the port behind RTP's. */
export function rtcpOf({ address, port }: TransportAddress): TransportAddress {
  return { address, port: port + 1 };
}

/** What opens a channel of ours for a medium; undefined where H.245 has no name for its codec. `local`: where our RTP comes from. */
export function openParameters(
  media: NegotiatedStream,
  local: TransportAddress,
): Omit<H245<'OpenLogicalChannel'>, 'forwardLogicalChannelNumber'> | undefined {
  const dataType = writeDataType(media.send, media.kind === 'audio' ? SOUND_RATE : media.sendBitRate);
  if (dataType === undefined) {
    return undefined;
  }
  return {
    forwardLogicalChannelParameters: {
      dataType,
      multiplexParameters: {
        type: 'h2250LogicalChannelParameters',
        value: {
          sessionID: SESSION_ID[kindOf(media)],
          mediaGuaranteedDelivery: false,
          mediaControlChannel: writeTransportAddress(rtcpOf(local)),
          mediaControlGuaranteedDelivery: false,
          ...(media.kind === 'audio' ? { silenceSuppression: false } : {}),
          ...writePacketization(media.send),
        },
      },
    },
  };
}

/** Takes a channel of theirs: its media go to `local`. A session without number gets the one of its kind (H.245 §B.3.2). */
export function acknowledge(
  channel: IncomingChannel,
  { kind, codec }: ChannelMedia,
  local: TransportAddress,
): ChannelAck {
  const { multiplexParameters } = channel.parameters.forwardLogicalChannelParameters;
  const asked = multiplexParameters.type === 'h2250LogicalChannelParameters' ? multiplexParameters.value.sessionID : 0;
  const sessionID = asked >= 1 && asked <= LARGEST_SESSION_ID ? asked : SESSION_ID[kind];
  return {
    forwardMultiplexAckParameters: {
      type: 'h2250LogicalChannelAckParameters',
      value: {
        sessionID,
        mediaChannel: writeTransportAddress(local),
        mediaControlChannel: writeTransportAddress(rtcpOf(local)),
        ...(codec.payloadType >= 96 ? { dynamicRTPPayloadType: codec.payloadType } : {}),
      },
    },
  };
}

/** Where the media of our channel go to; undefined where the acknowledgement does not say. */
export function readAck(ack: H245<'OpenLogicalChannelAck'>): ChannelRemote | undefined {
  const parameters = ack.forwardMultiplexAckParameters;
  if (parameters?.type !== 'h2250LogicalChannelAckParameters') {
    return undefined;
  }
  const { mediaChannel, mediaControlChannel, dynamicRTPPayloadType } = parameters.value;
  const rtp = readTransportAddress(mediaChannel);
  const rtcp = readTransportAddress(mediaControlChannel);
  return rtp === undefined ? undefined : { rtp, rtcp: rtcp ?? rtcpOf(rtp), payloadType: dynamicRTPPayloadType };
}

/** Where the sender of a channel takes reports of its reception; undefined where it does not say. */
export function rtcpOfSender({
  forwardLogicalChannelParameters: { multiplexParameters },
}: H245<'OpenLogicalChannel'>): TransportAddress | undefined {
  return multiplexParameters.type === 'h2250LogicalChannelParameters'
    ? readTransportAddress(multiplexParameters.value.mediaControlChannel)
    : undefined;
}
