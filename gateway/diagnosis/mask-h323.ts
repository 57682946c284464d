import { PerError } from '#signaling/h323/asn1/per-error.ts';
import { type CallMessage, CallMessageError, readCallMessage, writeCallMessage } from '#signaling/h323/h225/message.ts';
import type { H245Message } from '#signaling/h323/h245/message.ts';
import { h245 } from '#signaling/h323/h245/types.ts';
import { ELEMENTS, type InformationElement, Q931Error } from '#signaling/h323/q931/message.ts';

/** A message without its secrets: what it says, and its octets. */
export interface Masked<M> {
  readonly message: M;
  readonly packet: Uint8Array;
}

const STAR = '*';
/** Lists that hold passwords, challenges or what proves them (H.235.0 clause 8): nothing is shown of what is in them. */
const SECRET_LISTS: ReadonlySet<string> = new Set(['tokens', 'cryptoTokens']);
/** Octets that are a password or a key (H.245 §B.3.1, §B.11), or a pressed digit in cipher. */
const SECRET_OCTETS: ReadonlySet<string> = new Set([
  'password',
  'h235Key',
  'genericKeyMaterial',
  'encryptedSignalType',
  'encryptedAlphanumeric',
  'encrypted',
]);
/** Pressed digits (H.245 §B.14.7): they may be a PIN. */
const KEYS: ReadonlySet<string> = new Set(['alphanumeric', 'signalType']);
/** Aliases, behind whose class code a PIN may have been dialled. */
const DIALLED: ReadonlySet<string> = new Set(['dialedDigits', 'h323-ID', 'url-ID', 'email-ID', 'publicNumberDigits']);
const PIN = /^((?:h323:)?(?:##)?[^#@]+#{1,2})([^#@]+)/i;

/** A message of call signalling without its secrets; undefined where it cannot be read, and so nobody knows what is in it. */
export function maskCallSignalling(packet: Uint8Array): Masked<CallMessage> | undefined {
  try {
    const message = readCallMessage(Buffer.from(packet.buffer, packet.byteOffset, packet.length));
    const [pdu, elements] = [masked(message.pdu), same(message.elements, message.elements.map(maskElement))];
    if (pdu === message.pdu && elements === message.elements) {
      return { message, packet };
    }
    const shown = { ...message, pdu, elements };
    return { message: shown, packet: writeCallMessage(shown) };
  } catch (error) {
    return unreadable(error);
  }
}

/** The same of a message of H.245. */
export function maskControl(packet: Uint8Array): Masked<H245Message> | undefined {
  try {
    const message = h245.decode('MultimediaSystemControlMessage', packet);
    const shown = masked(message);
    return {
      message: shown,
      packet: shown === message ? packet : h245.encode('MultimediaSystemControlMessage', shown),
    };
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): undefined {
  if (error instanceof CallMessageError || error instanceof Q931Error || error instanceof PerError) {
    return undefined;
  }
  throw error;
}

/** A value without its secrets; the same one where there are none. `name` is that of the component or alternative that it is. */
function masked<T>(value: T, name?: string): T;
function masked(value: unknown, name = ''): unknown {
  if (typeof value === 'string') {
    return KEYS.has(name) ? STAR.repeat(value.length) : DIALLED.has(name) ? withoutPin(value) : value;
  }
  if (value instanceof Uint8Array) {
    return SECRET_OCTETS.has(name) ? new Uint8Array(value.length) : value;
  }
  if (Array.isArray(value)) {
    return maskedList(value, name);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  const alternative = 'type' in value && typeof value.type === 'string' && 'value' in value ? value.type : undefined;
  const shown = entries.map(([key, part]): [string, unknown] => [
    key,
    masked<unknown>(part, key === 'value' && alternative !== undefined ? alternative : key),
  ]);
  return shown.every(([, part], index) => part === entries[index]?.[1]) ? value : Object.fromEntries(shown);
}

function maskedList(list: readonly unknown[], name: string): readonly unknown[] {
  if (SECRET_LISTS.has(name)) {
    return [];
  }
  switch (name) {
    case 'h245Control':
    case 'parallelH245Control':
      return same(
        list,
        carried(list, (octets) => maskControl(octets)?.packet),
      );
    case 'fastStart':
      return same(list, carried(list, maskChannel));
    default:
      return same(
        list,
        list.map((part) => masked(part, name)),
      );
  }
}

/** Messages inside a message; those that cannot be read are left out. */
function carried(list: readonly unknown[], mask: (octets: Uint8Array) => Uint8Array | undefined): readonly unknown[] {
  return list.flatMap((octets) => (octets instanceof Uint8Array ? (mask(octets) ?? []) : []));
}

function maskChannel(octets: Uint8Array): Uint8Array | undefined {
  try {
    const channel = h245.decode('OpenLogicalChannel', octets);
    const shown = masked(channel);
    return shown === channel ? octets : h245.encode('OpenLogicalChannel', shown);
  } catch (error) {
    return unreadable(error);
  }
}

/** The list that was there where nothing in it changed. */
function same<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  return before.length === after.length && before.every((part, index) => part === after[index]) ? before : after;
}

function maskElement(element: InformationElement): InformationElement {
  const { identifier, content } = element;
  if (identifier === ELEMENTS.keypad) {
    return { identifier, content: Buffer.alloc(content.length, STAR) };
  }
  if (identifier !== ELEMENTS.calledPartyNumber) {
    return element;
  }
  const [head, digits] = [content.subarray(0, 1), Buffer.from(content.subarray(1)).toString('latin1')];
  const shown = withoutPin(digits);
  return shown === digits ? element : { identifier, content: Buffer.concat([head, Buffer.from(shown, 'latin1')]) };
}

/** `1001#1234` becomes `1001#****`. */
function withoutPin(dialled: string): string {
  return dialled.replace(PIN, (_all, code: string, pin: string) => code + STAR.repeat(pin.length));
}
