import { IncomingChannel } from './incoming-channel.ts';
import type { Role } from './master-slave.ts';
import { response } from './message.ts';
import { OutgoingChannel } from './outgoing-channel.ts';
import type { SessionOutput } from './session-output.ts';
import type { H245 } from './types.ts';

/** Channels that the other side may have: audio, picture, content, camera and their like, reopened a few times. */
const MAXIMUM_CHANNELS = 32;
const LARGEST_NUMBER = 65_535;

/** The logical channels of a session: ours and theirs have numbers of their own (H.245 §8.4). */
export class Channels {
  readonly #output: SessionOutput;
  readonly #role: () => Role | undefined;
  readonly #own = new Map<number, OutgoingChannel>();
  readonly #theirs = new Map<number, IncomingChannel>();
  #lastNumber = 0;

  constructor(output: SessionOutput, role: () => Role | undefined) {
    this.#output = output;
    this.#role = role;
  }

  /** Channels of ours that are opening, open or closing. */
  get own(): readonly OutgoingChannel[] {
    return [...this.#own.values()];
  }

  /** Channels of theirs that are offered or open. */
  get theirs(): readonly IncomingChannel[] {
    return [...this.#theirs.values()];
  }

  /** Opens a channel of ours. */
  open(parameters: Omit<H245<'OpenLogicalChannel'>, 'forwardLogicalChannelNumber'>, now: number): OutgoingChannel {
    const channel = this.#newOwn(this.#freeNumber());
    channel.open(parameters, now);
    return channel;
  }

  /** A number for a channel of ours that is proposed by fast start. */
  reserve(): number {
    return this.#freeNumber();
  }

  /** A channel of ours that the other side took by fast start: with the number that was proposed (H.323 §8.1.7.1). */
  adoptOwn(number: number): OutgoingChannel {
    const channel = this.#newOwn(number);
    channel.openedByFastStart();
    return channel;
  }

  /** A channel of theirs that we took by fast start. */
  adoptTheirs(parameters: H245<'OpenLogicalChannel'>): IncomingChannel {
    const channel = new IncomingChannel(parameters, (message) => this.#output.send(message));
    channel.openedByFastStart();
    this.#theirs.set(channel.number, channel);
    return channel;
  }

  onOpen(parameters: H245<'OpenLogicalChannel'>): void {
    const channel = new IncomingChannel(parameters, (message) => this.#output.send(message));
    const before = this.#theirs.get(channel.number);
    if (before === undefined && this.#theirs.size >= MAXIMUM_CHANNELS) {
      channel.refuse('dataTypeNotAvailable');
      return;
    }
    if (before !== undefined) {
      // A channel that is opened again without being closed: the old one is over (H.245 §C.4.1).
      this.#forget(before);
    }
    if (this.#conflicts(parameters)) {
      channel.refuse('masterSlaveConflict');
      return;
    }
    this.#theirs.set(channel.number, channel);
    this.#output.channelOffered(channel);
  }

  onClose({ forwardLogicalChannelNumber }: H245<'CloseLogicalChannel'>): void {
    this.#output.send(response('closeLogicalChannelAck', { forwardLogicalChannelNumber }));
    const channel = this.#theirs.get(forwardLogicalChannelNumber);
    if (channel !== undefined) {
      this.#forget(channel);
    }
  }

  /** They want a channel of ours closed: we do it at once (H.245 §8.5). */
  onCloseRequested({ forwardLogicalChannelNumber }: H245<'RequestChannelClose'>, now: number): void {
    const channel = this.#own.get(forwardLogicalChannelNumber);
    if (channel === undefined) {
      this.#output.send(
        response('requestChannelCloseReject', {
          forwardLogicalChannelNumber,
          cause: { type: 'unspecified', value: null },
        }),
      );
      return;
    }
    this.#output.send(response('requestChannelCloseAck', { forwardLogicalChannelNumber }));
    channel.close(now);
  }

  onAck(ack: H245<'OpenLogicalChannelAck'>): void {
    this.#own.get(ack.forwardLogicalChannelNumber)?.onAck(ack);
  }

  onReject(reject: H245<'OpenLogicalChannelReject'>): void {
    this.#own.get(reject.forwardLogicalChannelNumber)?.onReject(reject);
  }

  onCloseAck({ forwardLogicalChannelNumber }: H245<'CloseLogicalChannelAck'>): void {
    this.#own.get(forwardLogicalChannelNumber)?.onCloseAck();
  }

  /** Closes all of ours. */
  closeAll(now: number): void {
    for (const channel of this.#own.values()) {
      channel.close(now);
    }
  }

  tick(now: number): void {
    for (const channel of this.#own.values()) {
      channel.tick(now);
    }
  }

  /** Both sides want a channel both ways for the same thing: the master's is kept (H.245 §C.4.1.3). */
  #conflicts({
    reverseLogicalChannelParameters,
    forwardLogicalChannelParameters,
  }: H245<'OpenLogicalChannel'>): boolean {
    const wants = forwardLogicalChannelParameters.dataType.type;
    return (
      reverseLogicalChannelParameters !== undefined &&
      this.#role() === 'master' &&
      this.own.some(({ state, reverseOf }) => state === 'opening' && reverseOf === wants)
    );
  }

  #newOwn(number: number): OutgoingChannel {
    const channel: OutgoingChannel = new OutgoingChannel(number, {
      send: (message) => this.#output.send(message),
      opened: (ack) => this.#output.channelOpened(channel, ack),
      refused: (cause) => {
        this.#own.delete(number);
        this.#output.channelRefused(channel, cause);
      },
      closed: () => {
        this.#own.delete(number);
        this.#output.ownChannelClosed(channel);
      },
    });
    this.#own.set(number, channel);
    return channel;
  }

  #forget(channel: IncomingChannel): void {
    this.#theirs.delete(channel.number);
    channel.onClosed();
    this.#output.channelClosed(channel);
  }

  #freeNumber(): number {
    do {
      this.#lastNumber = (this.#lastNumber % LARGEST_NUMBER) + 1;
    } while (this.#own.has(this.#lastNumber));
    return this.#lastNumber;
  }
}
