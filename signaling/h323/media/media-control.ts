import type { MediaDescription, StreamDescription, TransportAddress } from '#codecs/media/description.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { LocalCapabilities, NegotiatedStream } from '#codecs/media/negotiated.ts';
import type { IncomingChannel } from '../h245/incoming-channel.ts';
import type { OutgoingChannel } from '../h245/outgoing-channel.ts';
import type { H245Session } from '../h245/session.ts';
import type { H245 } from '../h245/types.ts';
import { writeCapabilitySet } from './capability-set.ts';
import { type ChannelMedia, kindOf, readChannelMedia } from './data-type.ts';
import {
  capabilitiesOf,
  chosen,
  type FastChannel,
  readFastChannels,
  writeFastAnswer,
  writeFastProposals,
} from './fast-start.ts';
import { acknowledge, openParameters, readAck, rtcpOf } from './logical-channel.ts';
import type { MediaControlOutput, MediaOutput } from './media-control-output.ts';
import { describe, type RemoteCapabilities, readCapabilitySet, UNKNOWN_ADDRESS } from './remote-capabilities.ts';

type Kind = 'audio' | 'main';

/** A medium that we send. */
interface Sending {
  readonly channel: OutgoingChannel;
  readonly media: NegotiatedStream;
  /** Where to; undefined until the channel is acknowledged. */
  remote: { readonly rtp: TransportAddress; readonly rtcp: TransportAddress } | undefined;
}

/** A medium that they send. */
interface Receiving {
  readonly channel: IncomingChannel;
  readonly media: ChannelMedia;
}

/** Nobody's (RFC 5737). */
const DOCUMENTATION_ADDRESS = { address: '192.0.2.1', port: 9 } as const;
/** H.245 has no o= line; the pure negotiation wants one. */
const ORIGIN = { origin: { sessionId: '0', version: '0' } } as const;

/**
 * Between H.245 and the party: capability sets become offers, the party's answers become logical channels. Each time that something
 * changes on the other side the party is given an exchange, as it is by a re-INVITE. Pure: time in ms is given by `now`.
 */
export class MediaControl implements MediaOutput {
  readonly #local: LocalCapabilities;
  readonly #session: () => H245Session;
  readonly #output: MediaControlOutput;
  readonly #now: () => number;
  readonly #sending = new Map<Kind, Sending>();
  readonly #receiving = new Map<Kind, Receiving>();
  /** Channels of theirs that came before the party had answered. */
  #waiting: Receiving[] = [];
  /** Media that they would not take from us. */
  readonly #unwanted = new Set<Kind>();
  #theirs: RemoteCapabilities | undefined;
  #isPaused = false;
  /** Proposals of theirs that the party has not answered yet. */
  #proposals: readonly FastChannel[] = [];
  /** Proposals of ours that they have not answered yet: what each number is for. */
  #proposed: ReadonlyMap<number, NegotiatedStream> = new Map();
  #isToPropose = false;
  #answer: MediaDescription | undefined;
  /** What the party's answer means for what we send. */
  #agreed: readonly NegotiatedStream[] = [];

  constructor(local: LocalCapabilities, session: () => H245Session, now: () => number, output: MediaControlOutput) {
    this.#local = local;
    this.#session = session;
    this.#now = now;
    this.#output = output;
  }

  /** Number of their channel of pictures, which commands about it name; undefined while there is none. */
  get pictureChannel(): number | undefined {
    return this.#receiving.get('main')?.channel.number;
  }

  /**
   * An outbound call begins: the party is asked where its media are, as if the other side could do all that we can. Its answer becomes the
   * proposals of fast start.
   */
  propose(): void {
    this.#isToPropose = true;
    this.#theirs = readCapabilitySet({ ...writeCapabilitySet(this.#local), sequenceNumber: 0 });
    this.#offer();
  }

  /** The other side proposes channels by fast start. Whether any of them is of a kind that we have. */
  fastStartOffered(channels: readonly Uint8Array[]): boolean {
    this.#proposals = readFastChannels(channels, 'callee');
    if (this.#proposals.length === 0) {
      return false;
    }
    this.#theirs = capabilitiesOf(this.#proposals);
    this.#offer();
    return true;
  }

  /** The other side has chosen among our proposals; none where it refuses fast start. */
  fastStartAnswered(channels: readonly Uint8Array[]): void {
    const proposed = this.#proposed;
    this.#proposed = new Map();
    const answered = readFastChannels(channels, 'caller');
    if (answered.some(({ sender }) => sender === 'ours')) {
      // What was chosen is all that is known of the other side until its capabilities come.
      this.#theirs = capabilitiesOf(answered);
    }
    for (const answer of answered) {
      const { sender, open, media } = answer;
      const remote = remoteOf(answer);
      const agreed = proposed.get(open.forwardLogicalChannelNumber);
      if (sender === 'theirs') {
        this.#receiving.set(media.kind, { channel: this.#session().channels.adoptTheirs(open), media });
      } else if (agreed !== undefined && remote !== undefined) {
        const channel = this.#session().channels.adoptOwn(open.forwardLogicalChannelNumber);
        this.#sending.set(media.kind, { channel, media: agreed, remote });
      }
    }
    this.#offer();
  }

  established(): void {
    this.#openChannels();
  }

  capabilities(set: H245<'TerminalCapabilitySet'>, isEmpty: boolean): void {
    this.#isPaused = isEmpty;
    this.#unwanted.clear();
    if (isEmpty) {
      this.#session().channels.closeAll(this.#now());
    } else {
      this.#theirs = readCapabilitySet(set);
    }
    if (this.#theirs !== undefined) {
      this.#offer();
    }
  }

  channelOffered(channel: IncomingChannel): void {
    const { dataType, multiplexParameters } = channel.parameters.forwardLogicalChannelParameters;
    if (multiplexParameters.type !== 'h2250LogicalChannelParameters') {
      channel.refuse('unspecified');
      return;
    }
    const multiplex = multiplexParameters.value;
    if (multiplex.mediaChannel?.type === 'multicastAddress') {
      channel.refuse('multicastChannelNotAllowed');
      return;
    }
    const media = readChannelMedia(dataType, multiplex);
    if (media === undefined) {
      channel.refuse(dataType.type === 'unknown' ? 'unknownDataType' : 'dataTypeNotSupported');
      return;
    }
    if (!this.#announced(media)) {
      channel.refuse('dataTypeNotAvailable');
      return;
    }
    this.#waiting = this.#waiting.filter(({ media: { kind } }) => kind !== media.kind);
    this.#waiting.push({ channel, media });
    this.#acceptWaiting();
  }

  channelClosed(channel: IncomingChannel): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.channel !== channel);
    for (const [kind, receiving] of this.#receiving) {
      if (receiving.channel === channel) {
        this.#receiving.delete(kind);
        this.#offer();
      }
    }
  }

  channelOpened(channel: OutgoingChannel, ack: H245<'OpenLogicalChannelAck'>): void {
    const sending = this.#sendingOver(channel);
    const remote = readAck(ack);
    if (sending === undefined) {
      return;
    }
    if (remote === undefined) {
      // An acknowledgement without an address: nothing can be sent there.
      channel.close(this.#now());
      return;
    }
    sending[1].remote = remote;
    this.#offer();
  }

  channelRefused(channel: OutgoingChannel): void {
    this.#dropSending(channel);
  }

  ownChannelClosed(channel: OutgoingChannel): void {
    this.#dropSending(channel);
  }

  miscellaneous(
    { type, logicalChannelNumber }: H245<'MiscellaneousCommand'> | H245<'MiscellaneousIndication'>,
    kind: 'command' | 'indication',
  ): void {
    const isPicture = this.#sending.get('main')?.channel.number === logicalChannelNumber;
    if (kind === 'command' && isPicture && type.type.startsWith('videoFastUpdate')) {
      this.#output.keyFrameRequested();
    }
  }

  flowControl(scope: number | 'all', bitRate: number | undefined, kind: 'command' | 'indication'): void {
    const isPicture = scope === 'all' || this.#sending.get('main')?.channel.number === scope;
    if (kind === 'command' && isPicture) {
      this.#output.bitRateRequested(bitRate ?? this.#local.videoBitRate);
    }
  }

  /** Gives the party what the other side can do now; its answer opens and accepts channels. */
  #offer(): void {
    const offer = this.#describe();
    if (offer === undefined) {
      return;
    }
    this.#output.exchange({
      offer,
      complete: (answer) => {
        this.#answered(offer, answer);
        return Promise.resolve(undefined);
      },
      refuse: (reason) => this.#output.refused(reason),
    });
  }

  #answered(offer: MediaDescription, answer: MediaDescription): void {
    this.#answer = answer;
    const addresses = { audio: this.#localAddress('audio'), main: this.#localAddress('main') };
    const result = negotiate(reachable(offer), this.#local, addresses, ORIGIN);
    this.#agreed = 'failure' in result ? [] : result.media.streams;
    this.#answerProposals();
    this.#writeProposals();
    this.#openChannels();
    this.#acceptWaiting();
  }

  #answerProposals(): void {
    const proposals = this.#proposals;
    this.#proposals = [];
    const answers: Uint8Array[] = [];
    const { channels } = this.#session();
    for (const media of proposals.length === 0 ? [] : this.#agreed) {
      const kind = kindOf(media);
      const local = this.#localAddress(kind);
      const [ours, theirs] = [chosen(proposals, 'ours', media), chosen(proposals, 'theirs', media)];
      const remote = remoteOf(ours);
      if (ours !== undefined && remote !== undefined && local.port !== 0) {
        const channel = channels.adoptOwn(channels.reserve());
        this.#sending.set(kind, { channel, media, remote });
        answers.push(writeFastAnswer(ours, local, channel.number));
      }
      if (theirs !== undefined && local.port !== 0) {
        this.#receiving.set(kind, { channel: channels.adoptTheirs(theirs.open), media: theirs.media });
        answers.push(writeFastAnswer(theirs, local, theirs.open.forwardLogicalChannelNumber));
      }
    }
    if (proposals.length > 0) {
      this.#output.fastStartChosen(answers);
    }
  }

  #writeProposals(): void {
    if (!this.#isToPropose) {
      return;
    }
    this.#isToPropose = false;
    const { channels } = this.#session();
    const proposed = new Map<number, NegotiatedStream>();
    const encoded: Uint8Array[] = [];
    for (const media of this.#agreed) {
      for (const alternative of alternatives(media)) {
        const number = channels.reserve();
        proposed.set(number, alternative);
        encoded.push(...writeFastProposals(alternative, this.#localAddress(kindOf(media)), number));
      }
    }
    this.#proposed = proposed;
    this.#output.fastStartProposed(encoded);
  }

  #openChannels(): void {
    const session = this.#session();
    if (!session.isEstablished || this.#isPaused || this.#answer === undefined) {
      return;
    }
    for (const media of this.#agreed) {
      const kind = kindOf(media);
      const before = this.#sending.get(kind);
      if (before !== undefined && before.media.send.name === media.send.name) {
        continue;
      }
      // Another codec is another channel (H.323 §8.3): the new one is opened when the old one is closed.
      before?.channel.close(this.#now());
      const local = this.#localAddress(kind);
      const parameters = openParameters(media, local);
      const wanted = media.direction === 'sendrecv' || media.direction === 'sendonly';
      if (before === undefined && parameters !== undefined && wanted && local.port !== 0 && !this.#unwanted.has(kind)) {
        const channel = session.channels.open(parameters, this.#now());
        this.#sending.set(kind, { channel, media, remote: undefined });
      }
    }
  }

  #acceptWaiting(): void {
    if (this.#answer === undefined) {
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const receiving of waiting) {
      const { channel, media } = receiving;
      const local = this.#localAddress(media.kind);
      if (local.port === 0) {
        channel.refuse('dataTypeNotAvailable');
        continue;
      }
      this.#receiving.set(media.kind, receiving);
      channel.accept(acknowledge(channel, media, local));
    }
    if (waiting.length > 0) {
      // The payload type that comes is known only now.
      this.#offer();
    }
  }

  /** What the other side can do, with the addresses and payload types that its channels have told. */
  #describe(): MediaDescription | undefined {
    if (this.#theirs === undefined) {
      return undefined;
    }
    const { streams } = describe(this.#theirs);
    return { streams: streams.map((stream) => this.#withChannels(stream)) };
  }

  #withChannels(stream: StreamDescription): StreamDescription {
    const kind = kindOf(stream);
    const [sending, receiving] = [this.#sending.get(kind), this.#receiving.get(kind)];
    const proposed = this.#proposals.find(({ sender, media }) => sender === 'ours' && media.kind === kind);
    const remote = sending?.remote ?? remoteOf(proposed);
    const incoming = receiving?.media.codec;
    const takes = !this.#isPaused && !this.#unwanted.has(kind);
    return {
      ...stream,
      address: remote?.rtp ?? UNKNOWN_ADDRESS,
      ...(remote === undefined ? {} : { rtcpAddress: remote.rtcp }),
      direction: takes ? 'sendrecv' : 'sendonly',
      codecs: stream.codecs.map((codec) =>
        incoming?.name === codec.name ? { ...codec, incomingPayloadType: incoming.payloadType } : codec,
      ),
    };
  }

  #localAddress(kind: Kind): TransportAddress {
    const stream = this.#answer?.streams.find((candidate) => candidate.kind === kind);
    return stream?.address ?? { address: '0.0.0.0', port: 0 };
  }

  #announced({ kind, codec }: ChannelMedia): boolean {
    const ours = kind === 'audio' ? this.#local.audio : this.#local.video;
    return ours.some(({ name }) => name === codec.name);
  }

  #sendingOver(channel: OutgoingChannel): [Kind, Sending] | undefined {
    return [...this.#sending].find(([, sending]) => sending.channel === channel);
  }

  /** A channel of ours is no more: because of a pause or another codec it comes again, else they do not want it. */
  #dropSending(channel: OutgoingChannel): void {
    const found = this.#sendingOver(channel);
    if (found === undefined) {
      return;
    }
    const [kind, sending] = found;
    this.#sending.delete(kind);
    const wanted = this.#agreed.find((media) => kindOf(media) === kind);
    const isReplaced = wanted !== undefined && wanted.send.name !== sending.media.send.name;
    if (!this.#isPaused && !isReplaced) {
      this.#unwanted.add(kind);
    }
    this.#openChannels();
    this.#offer();
  }
}

/** An offer as it will be: an address that is not known yet means no hold (RFC 3264 §8.4), but a channel that is to be opened. */
function reachable({ streams, ...rest }: MediaDescription): MediaDescription {
  return {
    ...rest,
    streams: streams.map((stream) =>
      stream.address === UNKNOWN_ADDRESS ? { ...stream, address: DOCUMENTATION_ADDRESS } : stream,
    ),
  };
}

/** A medium with each codec that may come, the preferred one first. */
function alternatives(media: NegotiatedStream): NegotiatedStream[] {
  return media.kind === 'audio'
    ? [media.send, ...media.receive.filter(({ name }) => name !== media.send.name)].map((send) => ({ ...media, send }))
    : [media];
}

function remoteOf(channel: FastChannel | undefined): Sending['remote'] {
  return channel?.rtp === undefined ? undefined : { rtp: channel.rtp, rtcp: channel.rtcp ?? rtcpOf(channel.rtp) };
}
