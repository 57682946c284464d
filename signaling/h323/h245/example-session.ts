import assert from 'node:assert/strict';
import type { IncomingChannel } from './incoming-channel.ts';
import { type H245Message, nameOf } from './message.ts';
import { H245Session, type SessionOptions } from './session.ts';
import type { SessionOutput } from './session-output.ts';
import { type H245, h245 } from './types.ts';

/** A side that takes G.711 and nothing else. */
export const CAPABILITIES = {
  protocolIdentifier: '0.0.8.245.0.13',
  capabilityTable: [
    {
      capabilityTableEntryNumber: 1,
      capability: { type: 'receiveAudioCapability', value: { type: 'g711Alaw64k', value: 20 } },
    },
  ],
  capabilityDescriptors: [{ capabilityDescriptorNumber: 0, simultaneousCapabilities: [[1]] }],
} as const;

/** A channel for G.711 of session 1, as OpenLogicalChannel asks for it. */
export const AUDIO: Omit<H245<'OpenLogicalChannel'>, 'forwardLogicalChannelNumber'> = {
  forwardLogicalChannelParameters: {
    dataType: { type: 'audioData', value: { type: 'g711Alaw64k', value: 20 } },
    multiplexParameters: { type: 'h2250LogicalChannelParameters', value: { sessionID: 1 } },
  },
};

/** Both directions of one medium in one channel, as T.120 would be opened. */
export const BOTH_WAYS: typeof AUDIO = {
  ...AUDIO,
  reverseLogicalChannelParameters: { dataType: { type: 'audioData', value: { type: 'g711Alaw64k', value: 20 } } },
};

/** For tests: one side of a session, with everything that it was told. */
export class Side {
  readonly told: string[] = [];
  readonly sent: string[] = [];
  readonly offered: IncomingChannel[] = [];
  readonly queue: Buffer[] = [];
  readonly session: H245Session;
  modes = true;

  constructor(options: SessionOptions) {
    const tell = (what: string) => {
      this.told.push(what);
    };
    const output: SessionOutput = {
      send: (message) => {
        this.sent.push(nameOf(message));
        this.queue.push(h245.encode('MultimediaSystemControlMessage', message));
      },
      established: (role) => tell(`established as ${role}`),
      capabilities: (set, isEmpty) => tell(`capabilities ${set.sequenceNumber}${isEmpty ? ' empty' : ''}`),
      channelOffered: (channel) => {
        tell(`offered ${channel.number}`);
        this.offered.push(channel);
      },
      channelClosed: ({ number }) => tell(`closed ${number}`),
      channelOpened: ({ number }) => tell(`opened ${number}`),
      channelRefused: ({ number }, cause) => tell(`refused ${number} ${cause}`),
      ownChannelClosed: ({ number }) => tell(`own closed ${number}`),
      miscellaneous: ({ type }, kind) => tell(`${kind} ${type.type}`),
      flowControl: (scope, bitRate) => tell(`flow ${scope} ${bitRate}`),
      userInput: (digits, duration) => tell(`pressed ${digits} ${duration}`),
      modeRequested: () => (this.modes ? { isMostPreferred: true, begin: () => tell('mode begins') } : undefined),
      other: (message) => {
        tell(`other ${nameOf(message)}`);
        return false;
      },
      roundTrip: (time) => tell(`round trip ${time}`),
      roundTripUnanswered: (askedAt) => tell(`round trip of ${askedAt} unanswered`),
      failed: (procedure, why) => tell(`failed ${procedure}: ${why}`),
      ended: () => tell('ended'),
    };
    this.session = new H245Session(options, output);
  }

  receive(message: H245Message, now = 0): void {
    this.session.receive(message, now);
  }
}

/** Carries messages to and fro, as octets, until nobody says anything more. */
export function settle(a: Side, b: Side, now = 0): void {
  for (let round = 0; round < 100 && a.queue.length + b.queue.length > 0; round++) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const octets of from.queue.splice(0)) {
        to.session.receive(h245.decode('MultimediaSystemControlMessage', octets), now);
      }
    }
  }
  assert.equal(a.queue.length + b.queue.length, 0, 'the two sides come to an end');
}

/** Two sides that have said nothing yet: an MCU, whose terminal type decides, and a terminal. */
export function pair(a: Partial<SessionOptions> = {}, b: Partial<SessionOptions> = {}): [Side, Side] {
  return [
    new Side({ terminalType: 190, random: () => 0.1, ...a }),
    new Side({ terminalType: 50, random: () => 0.2, ...b }),
  ];
}

/** Each side sends its capabilities and its wish for the master's part. */
export function begin(sides: readonly Side[]): void {
  for (const { session } of sides) {
    session.start(CAPABILITIES, 0);
  }
}

/** Two sides that know each other's capabilities and who is master; what they said until then is forgotten. */
export function established(): [Side, Side] {
  const sides = pair();
  begin(sides);
  settle(...sides);
  for (const side of sides) {
    side.told.splice(0);
    side.sent.splice(0);
  }
  return sides;
}
