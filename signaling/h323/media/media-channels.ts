import type { NegotiatedStream } from '#codecs/media/negotiated.ts';
import type { IncomingChannel } from '../h245/incoming-channel.ts';
import type { OutgoingChannel } from '../h245/outgoing-channel.ts';
import type { ChannelMedia } from './data-type.ts';
import type { ChannelRemote } from './logical-channel.ts';

/** Media that a call has one channel each way for. */
export type MediaKind = ChannelMedia['kind'];

/** A medium that we send. */
export interface Sending {
  readonly channel: OutgoingChannel;
  readonly media: NegotiatedStream;
  /** Undefined until the channel is acknowledged. */
  remote: ChannelRemote | undefined;
}

/** A medium that they send. */
export interface Receiving {
  readonly channel: IncomingChannel;
  readonly media: ChannelMedia;
}

/** The channels of a call by what they carry, however they were opened. */
export class MediaChannels {
  readonly sending = new Map<MediaKind, Sending>();
  readonly receiving = new Map<MediaKind, Receiving>();

  /** What goes over a channel of ours. */
  over(channel: OutgoingChannel): [MediaKind, Sending] | undefined {
    return [...this.sending].find(([, sending]) => sending.channel === channel);
  }

  /** What comes over a channel of theirs. */
  from(channel: IncomingChannel): [MediaKind, Receiving] | undefined {
    return [...this.receiving].find(([, receiving]) => receiving.channel === channel);
  }
}
