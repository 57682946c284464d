import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import { type H245Message, indication, request, response } from '../h245/message.ts';
import { type H245, h245 } from '../h245/types.ts';
import { writeCapabilitySet } from '../media/capability-set.ts';
import { SESSION_ID } from '../media/data-type.ts';
import { LOCAL, Side } from '../media/example-side.ts';
import { writeTransportAddress } from '../media/transport-address.ts';

type CapabilitySet = Omit<H245<'TerminalCapabilitySet'>, 'sequenceNumber'>;
type Ack = H245<'H2250LogicalChannelAckParameters'>;
type DataType = H245<'DataType'>;

/** Where the room takes sound and pictures. */
export const ROOM_PORTS = { audio: 30_000, main: 30_002 } as const;
/** Where our party does. */
const OUR_PORTS = { audio: 20_000, main: 20_002 } as const;

const at = (port: number) => writeTransportAddress({ address: '192.0.2.9', port });

/** For tests: a room that says what it is told to, and our side with a party that answers as a conference does. */
export class ScriptedRoom {
  readonly ours: Side;
  /** All that our side sent. */
  readonly heard: H245Message[] = [];
  #number = 0;

  constructor(local: LocalCapabilities = LOCAL) {
    this.ours = new Side(190, OUR_PORTS.audio, local);
  }

  /** Both sides know each other's capabilities, and we are the master. */
  establish(capabilities: CapabilitySet = writeCapabilitySet(LOCAL)): this {
    this.ours.begin();
    this.say(
      request('terminalCapabilitySet', { ...capabilities, sequenceNumber: 1 }),
      response('terminalCapabilitySetAck', { sequenceNumber: 1 }),
      request('masterSlaveDetermination', { terminalType: 50, statusDeterminationNumber: 9 }),
      response('masterSlaveDeterminationAck', { decision: { type: 'master', value: null } }),
    );
    return this;
  }

  /** Takes the channels that we opened and opens one of each kind of its own. */
  talk(): this {
    this.acknowledge();
    this.open(AUDIO, { sessionID: SESSION_ID.audio });
    this.open(PICTURE, { sessionID: SESSION_ID.main });
    return this;
  }

  /** Says something, as octets. */
  say(...messages: readonly H245Message[]): void {
    for (const message of messages) {
      const octets = h245.encode('MultimediaSystemControlMessage', message);
      this.ours.session.receive(h245.decode('MultimediaSystemControlMessage', octets), 0);
      this.#listen();
    }
  }

  /** Acknowledges every channel of ours that waits for it. */
  acknowledge(parameters: (isAudio: boolean) => Partial<Ack> = () => ({})): void {
    for (const { number, parameters: open } of this.waiting) {
      const isAudio = open.forwardLogicalChannelParameters.dataType.type === 'audioData';
      const port = isAudio ? ROOM_PORTS.audio : ROOM_PORTS.main;
      this.say(
        response('openLogicalChannelAck', {
          forwardLogicalChannelNumber: number,
          forwardMultiplexAckParameters: {
            type: 'h2250LogicalChannelAckParameters',
            value: { mediaChannel: at(port), mediaControlChannel: at(port + 1), ...parameters(isAudio) },
          },
        }),
      );
    }
  }

  /** Channels of ours that are not acknowledged yet. */
  get waiting(): readonly { readonly number: number; readonly parameters: H245<'OpenLogicalChannel'> }[] {
    const opening = new Set(
      this.ours.session.channels.own.filter(({ state }) => state === 'opening').map(({ number }) => number),
    );
    return this.heard.flatMap((message) =>
      message.type === 'request' &&
      message.value.type === 'openLogicalChannel' &&
      opening.has(message.value.value.forwardLogicalChannelNumber)
        ? [{ number: message.value.value.forwardLogicalChannelNumber, parameters: message.value.value }]
        : [],
    );
  }

  /** Opens a channel. @returns what we answered: the acknowledgement's parameters, or the cause of the refusal */
  open(
    dataType: DataType,
    parameters: H245<'H2250LogicalChannelParameters'>,
  ): { readonly ack?: Ack; readonly refused?: string; readonly number: number } {
    this.#number += 1;
    const number = this.#number;
    const before = this.heard.length;
    this.say(
      request('openLogicalChannel', {
        forwardLogicalChannelNumber: number,
        forwardLogicalChannelParameters: {
          dataType,
          multiplexParameters: {
            type: 'h2250LogicalChannelParameters',
            value: { mediaControlChannel: at(30_001), ...parameters },
          },
        },
      }),
    );
    for (const message of this.heard.slice(before)) {
      if (message.type !== 'response') {
        continue;
      }
      if (message.value.type === 'openLogicalChannelReject') {
        return { number, refused: message.value.value.cause.type };
      }
      if (message.value.type === 'openLogicalChannelAck') {
        const ack = message.value.value.forwardMultiplexAckParameters;
        return ack?.type === 'h2250LogicalChannelAckParameters' ? { number, ack: ack.value } : { number };
      }
    }
    return { number };
  }

  /** Presses keys the way that says nothing else. */
  press(text: string): void {
    this.say(indication('userInput', { type: 'alphanumeric', value: text }));
  }

  #listen(): void {
    this.heard.push(
      ...this.ours.queue.splice(0).map((octets) => h245.decode('MultimediaSystemControlMessage', octets)),
    );
  }
}

/** G.722 at 64 kbit/s, 20 ms in a packet. */
export const AUDIO: DataType = { type: 'audioData', value: { type: 'g722-64k', value: 20 } };
/** H.264 Baseline, level 3.1. */
export const H264: H245<'VideoCapability'> = {
  type: 'genericVideoCapability',
  value: {
    capabilityIdentifier: { type: 'standard', value: '0.0.8.241.0.0.1' },
    maxBitRate: 10_000,
    collapsing: [
      {
        parameterIdentifier: { type: 'standard', value: 41 },
        parameterValue: { type: 'booleanArray', value: 64 },
      },
      { parameterIdentifier: { type: 'standard', value: 42 }, parameterValue: { type: 'unsignedMin', value: 71 } },
    ],
  },
};
/** What a channel for that carries. */
export const PICTURE: DataType = { type: 'videoData', value: H264 };

/** A picture in the wrapping of H.239, with a role; without one where it is undefined. */
export function extended(role: number | undefined): DataType {
  const extension =
    role === undefined
      ? []
      : [
          {
            capabilityIdentifier: { type: 'standard', value: '0.0.8.239.1.2' },
            nonCollapsing: [
              {
                parameterIdentifier: { type: 'standard', value: 1 },
                parameterValue: { type: 'booleanArray', value: role },
              },
            ],
          } as const,
        ];
  return {
    type: 'videoData',
    value: {
      type: 'extendedVideoCapability',
      value: { videoCapability: [H264], videoCapabilityExtension: extension },
    },
  };
}
