import type { MediaDescription, TransportAddress } from '#codecs/media/description.ts';
import type { LocalCapabilities, NegotiatedStream } from '#codecs/media/negotiated.ts';
import type { H245Session } from '../h245/session.ts';
import { alternatives } from './alternatives.ts';
import { kindOf } from './data-type.ts';
import {
  capabilitiesOf,
  chosen,
  type FastChannel,
  readFastChannels,
  remoteOf,
  writeFastAnswer,
  writeFastProposals,
} from './fast-start.ts';
import type { ChannelRemote } from './logical-channel.ts';
import type { MediaChannels, MediaKind } from './media-channels.ts';
import type { MediaControlOutput } from './media-control-output.ts';
import type { RemoteCapabilities } from './remote-capabilities.ts';

/** Fast start of one call (H.323 §8.1.7): who calls proposes channels, who is called chooses among them, and both have them at once. */
export class FastStartProcedure {
  readonly #local: LocalCapabilities;
  readonly #channels: MediaChannels;
  readonly #session: () => H245Session;
  readonly #output: Pick<MediaControlOutput, 'fastStartChosen' | 'fastStartProposed'>;
  /** Proposals of theirs that the party has not answered yet. */
  #proposals: readonly FastChannel[] = [];
  /** Proposals of ours that they have not answered yet: what each number is for. */
  #proposed: ReadonlyMap<number, NegotiatedStream> = new Map();
  #isToPropose = false;

  constructor(
    local: LocalCapabilities,
    channels: MediaChannels,
    session: () => H245Session,
    output: Pick<MediaControlOutput, 'fastStartChosen' | 'fastStartProposed'>,
  ) {
    this.#local = local;
    this.#channels = channels;
    this.#session = session;
    this.#output = output;
  }

  /** What is agreed next is to be proposed. */
  propose(): void {
    this.#isToPropose = true;
  }

  /** The other side proposes channels. What they say of it; undefined where none is of a kind that we have. */
  offered(channels: readonly Uint8Array[]): RemoteCapabilities | undefined {
    this.#proposals = readFastChannels(channels, 'callee');
    return this.#proposals.length === 0 ? undefined : capabilitiesOf(this.#proposals);
  }

  /** The other side has chosen among our proposals. What that says of it; undefined where it says nothing. */
  answered(channels: readonly Uint8Array[]): RemoteCapabilities | undefined {
    const proposed = this.#proposed;
    this.#proposed = new Map();
    const answered = firstOfEach(readFastChannels(channels, 'caller'));
    for (const answer of answered) {
      const { sender, open, media } = answer;
      const remote = remoteOf(answer);
      const agreed = proposed.get(open.forwardLogicalChannelNumber);
      if (sender === 'theirs') {
        this.#channels.receiving.set(media.kind, { channel: this.#session().channels.adoptTheirs(open), media });
      } else if (agreed !== undefined && remote !== undefined) {
        const channel = this.#session().channels.adoptOwn(open.forwardLogicalChannelNumber);
        this.#channels.sending.set(media.kind, { channel, media: agreed, remote });
      }
    }
    return answered.some(({ sender }) => sender === 'ours') ? capabilitiesOf(answered) : undefined;
  }

  /** Where the other side takes a medium, as its proposals say. */
  proposedAddress(kind: MediaKind): ChannelRemote | undefined {
    return remoteOf(this.#proposals.find(({ sender, media }) => sender === 'ours' && media.kind === kind));
  }

  /** The party has answered an offer: what it agreed to answers their proposals, or becomes ours. */
  agree(
    agreed: readonly NegotiatedStream[],
    offer: MediaDescription,
    localAddress: (kind: MediaKind) => TransportAddress,
  ): void {
    this.#answer(agreed, localAddress);
    this.#write(agreed, offer, localAddress);
  }

  #answer(agreed: readonly NegotiatedStream[], localAddress: (kind: MediaKind) => TransportAddress): void {
    const proposals = this.#proposals;
    this.#proposals = [];
    if (proposals.length === 0) {
      return;
    }
    const answers: Uint8Array[] = [];
    const { channels } = this.#session();
    for (const media of agreed) {
      const kind = kindOf(media);
      const local = localAddress(kind);
      const [ours, theirs] = [chosen(proposals, 'ours', media), chosen(proposals, 'theirs', media)];
      const remote = remoteOf(ours);
      if (ours !== undefined && remote !== undefined && local.port !== 0) {
        const channel = channels.adoptOwn(channels.reserve());
        this.#channels.sending.set(kind, { channel, media, remote });
        answers.push(writeFastAnswer(ours, local, channel.number));
      }
      if (theirs !== undefined && local.port !== 0) {
        this.#channels.receiving.set(kind, { channel: channels.adoptTheirs(theirs.open), media: theirs.media });
        answers.push(writeFastAnswer(theirs, local, theirs.open.forwardLogicalChannelNumber));
      }
    }
    this.#output.fastStartChosen(answers);
  }

  #write(
    agreed: readonly NegotiatedStream[],
    offer: MediaDescription,
    localAddress: (kind: MediaKind) => TransportAddress,
  ): void {
    if (!this.#isToPropose) {
      return;
    }
    this.#isToPropose = false;
    const { channels } = this.#session();
    const proposed = new Map<number, NegotiatedStream>();
    const encoded: Uint8Array[] = [];
    for (const media of agreed) {
      for (const alternative of alternatives(media, offer, this.#local)) {
        const number = channels.reserve();
        proposed.set(number, alternative);
        encoded.push(...writeFastProposals(alternative, localAddress(kindOf(media)), number));
      }
    }
    this.#proposed = proposed;
    this.#output.fastStartProposed(encoded);
  }
}

/** One channel for each medium and direction: more than one of several alternatives is not to be chosen. */
function firstOfEach(channels: readonly FastChannel[]): FastChannel[] {
  return channels.filter(
    ({ sender, media }, place) =>
      channels.findIndex((other) => other.sender === sender && other.media.kind === media.kind) === place,
  );
}
