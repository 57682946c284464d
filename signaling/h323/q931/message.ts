/** Types of message that H.225.0 §7.1 uses, by their octet (Q.931 §4.4). */
export const MESSAGE_TYPES = {
  alerting: 0x01,
  callProceeding: 0x02,
  progress: 0x03,
  setup: 0x05,
  connect: 0x07,
  setupAcknowledge: 0x0d,
  releaseComplete: 0x5a,
  facility: 0x62,
  notify: 0x6e,
  statusInquiry: 0x75,
  information: 0x7b,
  status: 0x7d,
} as const;
/** A key of `MESSAGE_TYPES`. */
export type MessageType = keyof typeof MESSAGE_TYPES;

/** Information elements that are looked at, by their octet (Q.931 §4.5). */
export const ELEMENTS = {
  bearerCapability: 0x04,
  cause: 0x08,
  callState: 0x14,
  facility: 0x1c,
  progressIndicator: 0x1e,
  notificationIndicator: 0x27,
  display: 0x28,
  keypad: 0x2c,
  signal: 0x34,
  callingPartyNumber: 0x6c,
  calledPartyNumber: 0x70,
  userUser: 0x7e,
} as const;

/** An information element: its octet and what follows its length; elements of a single octet have no content. */
export interface InformationElement {
  readonly identifier: number;
  readonly content: Uint8Array;
}

/** A message of Q.931 as H.225.0 uses it. */
export interface Q931Message {
  /** Call reference value, 0 to 32767; 0 is the whole connection's (H.225.0 §7.2.2.1 has two octets always). */
  readonly callReference: number;
  /** The call reference flag: the message comes from the side that did not choose the value. */
  readonly isFromDestination: boolean;
  /** Undefined where the type is none that H.225.0 uses. */
  readonly type: MessageType | undefined;
  readonly typeOctet: number;
  /** In the order of the message. */
  readonly elements: readonly InformationElement[];
}

/** Octets that are no Q.931 message. */
export class Q931Error extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Q931Error';
  }
}

const PROTOCOL_DISCRIMINATOR = 0x08;
const SINGLE_OCTET = 0x80;
/** Information elements that a message may have. */
export const MAXIMUM_ELEMENTS = 64;
const FLAG = 0x8000;
const TYPES: ReadonlyMap<number, MessageType> = new Map(
  Object.entries(MESSAGE_TYPES).flatMap(([name, octet]) => (isMessageType(name) ? [[octet, name] as const] : [])),
);

/** Reads a message. What a repeated or unknown element means is left to whoever looks at it. Throws Q931Error. */
export function readQ931(data: Buffer): Q931Message {
  if (data.length < 3 || data.readUInt8(0) !== PROTOCOL_DISCRIMINATOR) {
    throw new Q931Error('no Q.931 message');
  }
  const length = data.readUInt8(1) & 0x0f;
  if (length > 2 || data.length < 3 + length) {
    throw new Q931Error('a call reference that is not of two octets');
  }
  // Old endpoints use one octet, as a basic rate interface does; its flag is at the same place.
  const reference =
    length === 0
      ? 0
      : length === 1
        ? ((data.readUInt8(2) & 0x80) << 8) | (data.readUInt8(2) & 0x7f)
        : data.readUInt16BE(2);
  const typeOctet = data.readUInt8(2 + length);
  return {
    callReference: reference & ~FLAG,
    isFromDestination: (reference & FLAG) !== 0,
    type: TYPES.get(typeOctet),
    typeOctet,
    elements: readElements(data.subarray(3 + length)),
  };
}

/** Writes a message. Throws Q931Error where an element is too long for it. */
export function writeQ931({
  callReference,
  isFromDestination,
  typeOctet,
  elements,
}: Omit<Q931Message, 'type'>): Buffer {
  const head = Buffer.from([PROTOCOL_DISCRIMINATOR, 2, 0, 0, typeOctet]);
  head.writeUInt16BE((callReference & ~FLAG) | (isFromDestination ? FLAG : 0), 2);
  return Buffer.concat([head, ...elements.map(writeElement)]);
}

/** The first element of a kind. */
export function elementOf(message: Pick<Q931Message, 'elements'>, name: keyof typeof ELEMENTS): Uint8Array | undefined {
  return message.elements.find(({ identifier }) => identifier === ELEMENTS[name])?.content;
}

function readElements(data: Buffer): InformationElement[] {
  const elements: InformationElement[] = [];
  let offset = 0;
  while (offset < data.length) {
    const identifier = data.readUInt8(offset);
    offset += 1;
    if (elements.length === MAXIMUM_ELEMENTS) {
      throw new Q931Error('more information elements than any message has');
    }
    if (identifier >= SINGLE_OCTET) {
      elements.push({ identifier, content: Buffer.alloc(0) });
      continue;
    }
    // The user-user element has a length of two octets (H.225.0 §7.2.2.31).
    const width = identifier === ELEMENTS.userUser ? 2 : 1;
    if (offset + width > data.length) {
      throw new Q931Error('an information element without its length');
    }
    const length = data.readUIntBE(offset, width);
    offset += width;
    if (offset + length > data.length) {
      throw new Q931Error('an information element that is longer than the message');
    }
    elements.push({ identifier, content: data.subarray(offset, offset + length) });
    offset += length;
  }
  return elements;
}

function writeElement({ identifier, content }: InformationElement): Buffer {
  if (identifier >= SINGLE_OCTET) {
    return Buffer.from([identifier]);
  }
  const width = identifier === ELEMENTS.userUser ? 2 : 1;
  if (content.length >= 256 ** width) {
    throw new Q931Error(`an information element of ${content.length} octets`);
  }
  const element = Buffer.alloc(1 + width + content.length);
  element.writeUInt8(identifier, 0);
  element.writeUIntBE(content.length, 1, width);
  element.set(content, 1 + width);
  return element;
}

function isMessageType(name: string): name is MessageType {
  return name in MESSAGE_TYPES;
}
