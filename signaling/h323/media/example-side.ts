import assert from 'node:assert/strict';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { LocalCapabilities, NegotiatedStream } from '#codecs/media/negotiated.ts';
import type { MediaExchange } from '../../call/call.ts';
import { H245Session } from '../h245/session.ts';
import type { SessionOutput } from '../h245/session-output.ts';
import { h245 } from '../h245/types.ts';
import { writeCapabilitySet } from './capability-set.ts';
import { MediaControl } from './media-control.ts';

/** What a side of tests has. */
export const LOCAL = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '720p' });

/** For tests: a side with a party that answers every exchange as a conference does. */
export class Side {
  readonly queue: Buffer[] = [];
  readonly told: string[] = [];
  readonly session: H245Session;
  readonly media: MediaControl;
  /** What the party runs now. */
  streams: readonly NegotiatedStream[] = [];
  exchanges = 0;
  /** What it proposed, or chose of what was proposed, by fast start. */
  fast: readonly Uint8Array[] = [];
  /** Set to keep the party from answering. */
  held: MediaExchange[] | undefined;
  readonly local: LocalCapabilities;
  readonly #port: number;

  constructor(terminalType: number, port: number, local: LocalCapabilities = LOCAL) {
    this.#port = port;
    this.local = local;
    const media: MediaControl = new MediaControl(
      local,
      () => this.session,
      () => 0,
      {
        exchange: (exchange) => (this.held === undefined ? this.answer(exchange) : this.held.push(exchange)),
        refused: (reason) => this.told.push(`refused ${reason}`),
        fastStartChosen: (channels) => {
          this.fast = channels;
        },
        fastStartProposed: (channels) => {
          this.fast = channels;
        },
        keyFrameRequested: () => this.told.push('key frame'),
        bitRateRequested: (bitRate) => this.told.push(`bit rate ${bitRate}`),
      },
    );
    const output: SessionOutput = {
      send: (message) => this.queue.push(h245.encode('MultimediaSystemControlMessage', message)),
      established: () => media.established(),
      capabilities: (set, isEmpty) => media.capabilities(set, isEmpty),
      channelOffered: (channel) => media.channelOffered(channel),
      channelClosed: (channel) => media.channelClosed(channel),
      channelOpened: (channel, ack) => media.channelOpened(channel, ack),
      channelRefused: (channel, cause) => {
        this.told.push(`channel refused ${cause}`);
        media.channelRefused(channel);
      },
      ownChannelClosed: (channel) => media.ownChannelClosed(channel),
      miscellaneous: (message, kind) => media.miscellaneous(message, kind),
      flowControl: (scope, bitRate, kind) => media.flowControl(scope, bitRate, kind),
      userInput: () => undefined,
      modeRequested: (modes) => media.modeRequested(modes),
      other: () => false,
      roundTrip: () => undefined,
      roundTripUnanswered: () => undefined,
      failed: (procedure) => this.told.push(`failed ${procedure}`),
      ended: () => undefined,
    };
    this.media = media;
    this.session = new H245Session({ terminalType, random: () => 0.3 }, output);
  }

  begin(): void {
    this.session.start(writeCapabilitySet(this.local), 0);
  }

  answer(exchange: MediaExchange): void {
    this.exchanges += 1;
    assert.ok(exchange.offer);
    const at = (port: number) => ({ address: '127.0.0.1', port });
    const result = negotiate(
      exchange.offer,
      this.local,
      { audio: at(this.#port), main: at(this.#port + 2) },
      {
        origin: { sessionId: '1', version: '1' },
      },
    );
    if ('failure' in result) {
      exchange.refuse(result.failure);
      return;
    }
    this.streams = result.media.streams;
    exchange.complete(result.answer).catch(() => assert.fail());
  }

  /** What is sent and received, in words. */
  get summary(): string[] {
    return this.streams.map(
      ({ kind, send, receive, remote, remoteRtcp, direction }) =>
        `${kind} ${direction}: ${send.name}/${send.payloadType} to ${remote.address}:${remote.port} and ${remoteRtcp.port}, from ${receive[0]?.name}/${receive[0]?.payloadType}`,
    );
  }
}

/** Carries messages to and fro, encoded, until nobody has more to say; fails after 100 rounds. */
export function settle(a: Side, b: Side): void {
  for (let round = 0; round < 100 && a.queue.length + b.queue.length > 0; round++) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const octets of from.queue.splice(0)) {
        to.session.receive(h245.decode('MultimediaSystemControlMessage', octets), 0);
      }
    }
  }
  assert.equal(a.queue.length + b.queue.length, 0, 'the two sides come to an end');
}

/** Two sides whose channels are open, by default an MCU and a terminal. */
export function talking(a = new Side(190, 20_000), b = new Side(50, 30_000)): [Side, Side] {
  a.begin();
  b.begin();
  settle(a, b);
  return [a, b];
}
