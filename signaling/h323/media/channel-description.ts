import type { Codec, StreamDescription, TransportAddress } from '#codecs/media/description.ts';
import type { ChannelRemote } from './logical-channel.ts';
import { UNKNOWN_ADDRESS } from './remote-capabilities.ts';

/** What the channels of a medium have told. */
export interface ChannelFacts {
  /** Where our media go to; undefined until the other side has said so. */
  readonly remote: ChannelRemote | undefined;
  /** What our channel was opened with. */
  readonly sending: Codec | undefined;
  /** What their channel was opened with. */
  readonly receiving: Codec | undefined;
  /** Where they take reports of what they send. */
  readonly reports: TransportAddress | undefined;
  /** Whether they want to be sent anything. */
  readonly takes: boolean;
}

/** A medium of the other side's capabilities with the addresses, payload types and packets that its channels have. */
export function withChannels(stream: StreamDescription, facts: ChannelFacts): StreamDescription {
  const { remote, sending, receiving, reports, takes } = facts;
  const rtcp = remote?.rtcp ?? reports;
  return {
    ...stream,
    address: remote?.rtp ?? UNKNOWN_ADDRESS,
    ...(rtcp === undefined ? {} : { rtcpAddress: rtcp }),
    direction: takes ? 'sendrecv' : 'sendonly',
    codecs: asOpened(stream.codecs, sending).map((codec) => ({
      ...codec,
      ...(sending?.name === codec.name ? { payloadType: remote?.payloadType ?? sending.payloadType } : {}),
      ...(receiving?.name === codec.name ? { incomingPayloadType: receiving.payloadType } : {}),
    })),
  };
}

/** A channel of ours keeps the packets that it was opened for, whatever capabilities come later. */
function asOpened(codecs: readonly Codec[], sending: Codec | undefined): readonly Codec[] {
  if (sending?.name !== 'H264') {
    return codecs;
  }
  const { packetizationMode } = sending.h264;
  const kept = codecs.filter((codec) => codec.name !== 'H264' || codec.h264.packetizationMode === packetizationMode);
  return kept.some(({ name }) => name === 'H264') ? kept : codecs;
}
