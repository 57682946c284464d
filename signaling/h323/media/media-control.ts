import type { Codec, MediaDescription, StreamDescription, TransportAddress } from '#codecs/media/description.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { LocalCapabilities, NegotiatedStream } from '#codecs/media/negotiated.ts';
import type { IncomingChannel } from '../h245/incoming-channel.ts';
import type { OutgoingChannel } from '../h245/outgoing-channel.ts';
import type { H245Session } from '../h245/session.ts';
import type { ModeAnswer } from '../h245/session-output.ts';
import type { H245 } from '../h245/types.ts';
import { writeCapabilitySet } from './capability-set.ts';
import { withChannels } from './channel-description.ts';
import { type ChannelMedia, kindOf, readChannelMedia, SESSION_ID } from './data-type.ts';
import { FastStartProcedure } from './fast-start-procedure.ts';
import { keptCodecs } from './kept-codecs.ts';
import { acknowledge, openParameters, readAck, rtcpOfSender, SOUND_RATE } from './logical-channel.ts';
import { MediaChannels, type MediaKind, type Receiving } from './media-channels.ts';
import type { MediaControlOutput, MediaOutput } from './media-control-output.ts';
import { describe, type RemoteCapabilities, reachable, readCapabilitySet, stream } from './remote-capabilities.ts';
import { chooseMode } from './requested-mode.ts';
import { withOwnEvents } from './telephone-events.ts';

/** Commands of who misses a picture, or a part of one: a whole new one helps in every case (H.245 §B.13.5). */
const PICTURE_LOST: ReadonlySet<string> = new Set([
  'videoFastUpdatePicture',
  'videoFastUpdateGOB',
  'videoFastUpdateMB',
  'lostPicture',
  'lostPartialPicture',
  'recoveryReferencePicture',
]);
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
  readonly #channels = new MediaChannels();
  readonly #fastStart: FastStartProcedure;
  /** Channels of theirs that came before the party had answered. */
  #waiting: Receiving[] = [];
  /** Media that they would not take from us. */
  readonly #unwanted = new Set<MediaKind>();
  #theirs: RemoteCapabilities | undefined;
  #isPaused = false;
  #answer: MediaDescription | undefined;
  /** What the party was given last and has not answered yet. */
  #newestOffer: MediaDescription | undefined;
  /** What the party's answer means for what we send. */
  #agreed: readonly NegotiatedStream[] = [];

  constructor(local: LocalCapabilities, session: () => H245Session, now: () => number, output: MediaControlOutput) {
    this.#local = local;
    this.#session = session;
    this.#now = now;
    this.#output = output;
    this.#fastStart = new FastStartProcedure(local, this.#channels, session, output);
  }

  /** Whether anything is sent either way. */
  get isRunning(): boolean {
    return this.#channels.sending.size + this.#channels.receiving.size > 0;
  }

  /** Number of their channel of pictures, which commands about it name; undefined while there is none. */
  get pictureChannel(): number | undefined {
    return this.#channels.receiving.get('main')?.channel.number;
  }

  /**
   * An outbound call begins: the party is asked where its media are, as if the other side could do all that we can. Its answer becomes the
   * proposals of fast start.
   */
  propose(): void {
    this.#fastStart.propose();
    this.#theirs = readCapabilitySet({ ...writeCapabilitySet(this.#local), sequenceNumber: 0 });
    this.#offer();
  }

  /** The other side proposes channels by fast start. Whether any of them is of a kind that we have. */
  fastStartOffered(channels: readonly Uint8Array[]): boolean {
    const theirs = this.#fastStart.offered(channels);
    if (theirs === undefined) {
      return false;
    }
    this.#theirs = theirs;
    this.#offer();
    return true;
  }

  /** The other side has chosen among our proposals; none where it refuses fast start. */
  fastStartAnswered(channels: readonly Uint8Array[]): void {
    // What was chosen is all that is known of the other side until its capabilities come.
    this.#theirs = this.#fastStart.answered(channels) ?? this.#theirs;
    this.#offer();
  }

  established(): void {
    this.#openChannels();
  }

  capabilities(set: H245<'TerminalCapabilitySet'>, isEmpty: boolean): void {
    if (this.#isPaused && !isEmpty) {
      // Somebody else may be there now: both sides begin as at first (H.323 §8.4.6).
      this.#session().restart(writeCapabilitySet(this.#local), this.#now());
    }
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

  /** They want to be sent other modes; undefined where we cannot send any of them. */
  modeRequested(modes: H245<'RequestMode'>['requestedModes']): ModeAnswer | undefined {
    const chosen = this.#theirs === undefined || this.#isPaused ? undefined : chooseMode(modes, this.#theirs);
    return chosen === undefined
      ? undefined
      : {
          isMostPreferred: chosen.isMostPreferred,
          begin: () => {
            this.#theirs = chosen.theirs;
            this.#offer();
          },
        };
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
    if (!this.#announced(media) || this.#isAnother(media, multiplex.sessionID)) {
      channel.refuse('dataTypeNotAvailable');
      return;
    }
    this.#waiting = this.#waiting.filter(({ media: { kind } }) => kind !== media.kind);
    this.#waiting.push({ channel, media });
    if (this.#answer !== undefined && this.#localAddress(media.kind).port === 0) {
      // The party knows nothing of such a medium yet.
      this.#offer();
    } else {
      this.#acceptWaiting();
    }
  }

  channelClosed(channel: IncomingChannel): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.channel !== channel);
    const receiving = this.#channels.from(channel);
    if (receiving !== undefined) {
      this.#channels.receiving.delete(receiving[0]);
      this.#offer();
    }
  }

  channelOpened(channel: OutgoingChannel, ack: H245<'OpenLogicalChannelAck'>): void {
    const sending = this.#channels.over(channel);
    const remote = readAck(ack);
    if (sending === undefined) {
      return;
    }
    if (remote === undefined) {
      // An acknowledgement without an address: nothing can be sent there. To close the channel makes some gateways hang up.
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
    const isPicture = this.#channels.sending.get('main')?.channel.number === logicalChannelNumber;
    if (kind === 'command' && isPicture && PICTURE_LOST.has(type.type)) {
      this.#output.keyFrameRequested();
    }
  }

  flowControl(scope: number | 'all', bitRate: number | undefined, kind: 'command' | 'indication'): void {
    const isPicture = scope === 'all' || this.#channels.sending.get('main')?.channel.number === scope;
    if (kind === 'command' && isPicture) {
      const sound = scope === 'all' && this.#channels.sending.has('audio') ? SOUND_RATE : 0;
      this.#output.bitRateRequested(bitRate === undefined ? this.#local.videoBitRate : Math.max(0, bitRate - sound));
    }
  }

  /** Whether the party has answered all that is known of the other side. */
  get #isSettled(): boolean {
    return this.#answer !== undefined && this.#newestOffer === undefined;
  }

  /** Gives the party what the other side can do now; its answer opens and accepts channels. */
  #offer(): void {
    const offer = this.#describe();
    if (offer === undefined) {
      return;
    }
    this.#newestOffer = offer;
    this.#output.exchange({
      offer,
      complete: (answer) => {
        this.#answered(offer, answer);
        return Promise.resolve(undefined);
      },
      refuse: (reason) => {
        // A call that is up goes on as it was.
        if (this.#answer === undefined) {
          this.#output.refused(reason);
          return;
        }
        this.#settle(offer);
      },
    });
  }

  #answered(offer: MediaDescription, answer: MediaDescription): void {
    this.#answer = answer;
    const addresses = { audio: this.#localAddress('audio'), main: this.#localAddress('main') };
    const whole = reachable(offer);
    const result = negotiate(whole, this.#local, addresses, ORIGIN);
    this.#agreed = 'failure' in result ? [] : result.media.streams;
    this.#fastStart.agree(this.#agreed, whole, (kind) => this.#localAddress(kind));
    this.#settle(offer);
  }

  /** The party is done with an offer. While a newer one is before it, nothing follows from what it said to this one. */
  #settle(offer: MediaDescription): void {
    if (offer === this.#newestOffer) {
      this.#newestOffer = undefined;
      this.#openChannels();
      this.#acceptWaiting();
    }
  }

  #openChannels(): void {
    const session = this.#session();
    if (!session.isEstablished || this.#isPaused || !this.#isSettled) {
      return;
    }
    for (const media of this.#agreed) {
      const kind = kindOf(media);
      const before = this.#channels.sending.get(kind);
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
        this.#channels.sending.set(kind, { channel, media, remote: undefined });
      }
    }
  }

  #acceptWaiting(): void {
    if (!this.#isSettled) {
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
      this.#channels.receiving.set(media.kind, receiving);
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
    const told = withOwnEvents(describe(this.#theirs), this.#local).streams;
    // What they send and cannot receive at all: a camera, say.
    const others = (['audio', 'main'] as const).filter(
      (kind) => this.#incoming(kind) !== undefined && !told.some((medium) => kindOf(medium) === kind),
    );
    const streams = [...told, ...others.map((kind) => stream(kind, []))];
    return { streams: streams.map((medium) => this.#withChannels(medium)) };
  }

  /** The codec that comes from them, or will when their channel is accepted. */
  #incoming(kind: MediaKind): Codec | undefined {
    const receiving = this.#channels.receiving.get(kind);
    return (receiving ?? this.#waiting.find(({ media }) => media.kind === kind))?.media.codec;
  }

  #withChannels(medium: StreamDescription): StreamDescription {
    const kind = kindOf(medium);
    const [sending, receiving] = [this.#channels.sending.get(kind), this.#channels.receiving.get(kind)];
    const incoming = this.#incoming(kind);
    const codecs = keptCodecs(medium.codecs, sending, incoming);
    const canTake = codecs.some(({ name, incomingOnly }) => name !== 'telephone-event' && incomingOnly !== true);
    return withChannels(
      { ...medium, codecs },
      {
        remote: sending?.remote ?? this.#fastStart.proposedAddress(kind),
        sending: sending?.media.send,
        receiving: incoming,
        reports: receiving === undefined ? undefined : rtcpOfSender(receiving.channel.parameters),
        takes: canTake && !this.#isPaused && !this.#unwanted.has(kind),
      },
    );
  }

  #localAddress(kind: MediaKind): TransportAddress {
    const stream = this.#answer?.streams.find((candidate) => candidate.kind === kind);
    return stream?.address ?? { address: '0.0.0.0', port: 0 };
  }

  /** Whether a channel is for a second medium of a kind, such as content, and does not take the place of the first. */
  #isAnother({ kind }: ChannelMedia, sessionId: number): boolean {
    const open = this.#channels.receiving.get(kind)?.channel.parameters.forwardLogicalChannelParameters;
    const parameters = open?.multiplexParameters;
    const before = parameters?.type === 'h2250LogicalChannelParameters' ? parameters.value.sessionID : undefined;
    // 0 asks for the number of a session that is not there yet.
    return before !== undefined && (sessionId === 0 || (sessionId !== before && sessionId !== SESSION_ID[kind]));
  }

  #announced({ kind, codec }: ChannelMedia): boolean {
    const ours = kind === 'audio' ? this.#local.audio : this.#local.video;
    return ours.some(({ name }) => name === codec.name);
  }

  /** A channel of ours is no more: because of a pause or another codec it comes again, else they do not want it. */
  #dropSending(channel: OutgoingChannel): void {
    const found = this.#channels.over(channel);
    if (found === undefined) {
      return;
    }
    const [kind, sending] = found;
    this.#channels.sending.delete(kind);
    const wanted = this.#agreed.find((media) => kindOf(media) === kind);
    const isReplaced = wanted !== undefined && wanted.send.name !== sending.media.send.name;
    if (!this.#isPaused && !isReplaced) {
      this.#unwanted.add(kind);
    }
    this.#openChannels();
    this.#offer();
  }
}
