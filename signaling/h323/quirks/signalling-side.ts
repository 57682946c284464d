import { ENDPOINT } from '../application/endpoint.ts';
import { CallSignalling } from '../call/call-signalling.ts';
import type { CallSignallingOptions, Destination } from '../call/call-signalling-options.ts';
import { type CallMessage, readCallMessage, writeCallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import type { InformationElement, MessageType } from '../q931/message.ts';

type Pdu = H225<'H323-UU-PDU'>;

const GUID = Buffer.alloc(16, 7);
/** What answers say of whoever sends them. */
export const ANSWERING = {
  protocolIdentifier: '0.0.8.2250.0.4',
  destinationInfo: { mc: false, undefinedNode: false, terminal: {} },
  callIdentifier: { guid: GUID },
  multipleCalls: false,
  maintainConnection: false,
} as const;
/** A Connect that names no H.245 address. */
export const CONNECT = {
  type: 'connect',
  value: { ...ANSWERING, conferenceID: GUID },
} as const satisfies Pdu['h323-message-body'];
/** Where the scripted room takes calls. */
export const ROOM = { address: '192.0.2.9', port: 1720 } as const;

const DESTINATION: Destination = {
  aliases: [{ type: 'dialedDigits', value: '1001' }],
  address: ROOM,
  rate: 30,
  sourceAliases: [{ type: 'h323-ID', value: 'Classroom' }],
  sourceAddress: { address: '192.0.2.1', port: 1720 },
  joins: false,
  fastStart: [],
};

/** For tests: our side of one call's signalling. What goes and comes is octets on the way. */
export class SignallingSide {
  readonly sent: CallMessage[] = [];
  readonly told: string[] = [];
  readonly signalling: CallSignalling;
  readonly #direction: CallSignallingOptions['direction'];

  constructor(options: Partial<CallSignallingOptions> = {}) {
    this.#direction = options.direction ?? 'outbound';
    this.signalling = new CallSignalling(
      {
        direction: 'outbound',
        callReference: 5,
        callIdentifier: GUID,
        conferenceIdentifier: GUID,
        endpoint: ENDPOINT,
        displayName: 'Classbridge',
        tunnelling: true,
        ...options,
      },
      {
        send: (message) => this.sent.push(readCallMessage(writeCallMessage(message))),
        h245: (messages) => this.told.push(`h245 ${messages.length}`),
        tunnelOpened: () => this.told.push('tunnel'),
        connectionNeeded: (theirs, { length }) =>
          this.told.push(`connection ${theirs?.port ?? 'ours'}${length === 0 ? '' : `, ${length} waiting`}`),
        fastStart: (channels) => this.told.push(`fast start ${channels.length}`),
        fastStartRefused: () => this.told.push('fast start refused'),
        ringing: () => this.told.push('ringing'),
        connected: () => this.told.push('connected'),
        forwarded: ({ address, aliases }) => this.told.push(`forwarded ${address?.port} ${aliases.length}`),
        keypad: (digits) => this.told.push(`keys ${digits}`),
        released: (reason) => this.told.push(`released ${reason}`),
      },
    );
  }

  /** Names of the messages that we sent. */
  get names(): MessageType[] {
    return this.sent.map(({ type }) => type);
  }

  /** We call. */
  call(destination: Partial<Destination> = {}): this {
    this.signalling.setup({ ...DESTINATION, ...destination }, 0);
    return this;
  }

  /** A room calls us. */
  invited(setup: Partial<H225<'Setup-UUIE'>> = {}, pdu: Partial<Pdu> = {}): this {
    const { message, value } = setupOf(setup, pdu);
    this.signalling.accept(message, value);
    return this;
  }

  /** The far side's message, as octets without a user-user element where there is no body. */
  receive(type: MessageType, pdu: Pdu | undefined, elements: readonly InformationElement[] = []): void {
    const isFromDestination = this.#direction === 'outbound';
    const octets =
      pdu === undefined
        ? bare(type, isFromDestination, elements)
        : writeCallMessage({ callReference: 5, isFromDestination, type, elements, pdu });
    this.signalling.receive(readCallMessage(octets), 0);
  }
}

/** A Setup of a room, read from its octets. */
export function setupOf(
  setup: Partial<H225<'Setup-UUIE'>> = {},
  pdu: Partial<Pdu> = {},
): { readonly message: CallMessage; readonly value: H225<'Setup-UUIE'>; readonly octets: Buffer } {
  const octets = writeCallMessage({
    callReference: 5,
    isFromDestination: false,
    type: 'setup',
    elements: [],
    pdu: {
      ...pdu,
      'h323-message-body': {
        type: 'setup',
        value: {
          protocolIdentifier: '0.0.8.2250.0.4',
          sourceInfo: { mc: false, undefinedNode: false, terminal: {} },
          activeMC: false,
          conferenceID: GUID,
          conferenceGoal: { type: 'create', value: null },
          callType: { type: 'pointToPoint', value: null },
          callIdentifier: { guid: GUID },
          mediaWaitForConnect: false,
          canOverlapSend: false,
          ...setup,
        },
      },
    },
  });
  const message = readCallMessage(octets);
  const body = message.pdu['h323-message-body'];
  if (body.type !== 'setup') {
    throw new Error('a Setup that is none');
  }
  return { message, value: body.value, octets };
}

/** Q.931 alone. */
function bare(type: MessageType, isFromDestination: boolean, elements: readonly InformationElement[]): Buffer {
  const whole = writeCallMessage({
    callReference: 5,
    isFromDestination,
    type,
    elements,
    pdu: { 'h323-message-body': { type: 'empty', value: null } },
  });
  // The user-user element is the last one: its octet and length of two, then the discriminator.
  return whole.subarray(0, whole.lastIndexOf(Buffer.from([0x7e, 0x00])));
}
