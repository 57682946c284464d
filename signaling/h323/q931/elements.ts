import { ELEMENTS, type InformationElement } from './message.ts';

/** A Q.850 cause and who says it (Q.850 §2.2). */
export interface Cause {
  /** 1 to 127. */
  readonly value: number;
  /** 0 the user, 1 the private network next to him, 2 the public one, 10 a network beyond an interworking point. */
  readonly location: number;
}

const EXTENSION = 0x80;
const IA5 = /[^\x20-\x7e]/g;
/** Q.931 display, as long as most rooms take. */
const LONGEST_DISPLAY = 82;
/** E.164 has 15 digits; private plans have more. */
const LONGEST_NUMBER = 128;

/** Bearer capability of a video call (H.225.0 §7.2.2.1): unrestricted digital information, packet mode of `rate` 64 kbit/s channels, H.221 and H.242. */
export function bearerCapability(rate: number): InformationElement {
  const multiplier = Math.min(127, Math.max(1, Math.ceil(rate)));
  return {
    identifier: ELEMENTS.bearerCapability,
    content: Buffer.from([0x88, 0x18, EXTENSION | multiplier, 0xa5]),
  };
}

/** Cause of a release. Throws RangeError outside of 1 to 127. */
export function writeCause({ value, location }: Cause): InformationElement {
  if (!Number.isInteger(value) || value < 1 || value > 127) {
    throw new RangeError(`${value} is no Q.850 cause`);
  }
  return {
    identifier: ELEMENTS.cause,
    content: Buffer.from([EXTENSION | (location & 0x0f), EXTENSION | value]),
  };
}

/** Undefined where the element is too short to hold one. */
export function readCause(content: Uint8Array | undefined): Cause | undefined {
  const [first, ...rest] = content ?? [];
  if (first === undefined) {
    return undefined;
  }
  // Without the extension bit an octet with the recommendation follows (Q.850 §2.1).
  const value = (first & EXTENSION) === 0 ? rest[1] : rest[0];
  return value === undefined || (value & 0x7f) === 0 ? undefined : { value: value & 0x7f, location: first & 0x0f };
}

/** A name for the other side's screen; what IA5 does not have becomes a question mark. */
export function writeDisplay(text: string): InformationElement {
  const content = Buffer.from(text.replaceAll(IA5, '?').slice(0, LONGEST_DISPLAY), 'latin1');
  return { identifier: ELEMENTS.display, content };
}

/** Text of a display element. Rooms write UTF-8 and a closing zero there too. */
export function readDisplay(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) {
    return undefined;
  }
  // Q.931 §4.5.16 has no character set octet; Q.932's variants begin with one.
  const text = Buffer.from(content)
    .toString('utf8')
    .replace(/^\ufffd/, '')
    .replaceAll(/\p{Cc}/gu, '');
  return text === '' ? undefined : text;
}

/** Called party number (Q.931 §4.5.8): of unknown type, in the ISDN numbering plan. */
export function writeCalledNumber(digits: string): InformationElement {
  return {
    identifier: ELEMENTS.calledPartyNumber,
    content: Buffer.from([0x81, ...Buffer.from(digits.slice(0, LONGEST_NUMBER), 'latin1')]),
  };
}

/** Digits of a called or calling party number; undefined where there are none. */
export function readNumber(content: Uint8Array | undefined): string | undefined {
  const octets = [...(content ?? [])];
  const start = octets.findIndex((octet) => (octet & EXTENSION) !== 0) + 1;
  const digits = String.fromCharCode(...octets.slice(start, start + LONGEST_NUMBER).map((octet) => octet & 0x7f));
  return start === 0 || !/^[0-9*#A-Za-z,+]+$/.test(digits) ? undefined : digits;
}

/** States of a call that H.323 has (Q.931 §4.5.7); 0 is none: there is no such call. */
export const CALL_STATES = {
  null: 0,
  callInitiated: 1,
  outgoingCallProceeding: 3,
  callDelivered: 4,
  callReceived: 7,
  incomingCallProceeding: 9,
  active: 10,
} as const;
/** A key of `CALL_STATES`. */
export type CallState = keyof typeof CALL_STATES;

/** How a call stands. */
export function writeCallState(state: CallState): InformationElement {
  return { identifier: ELEMENTS.callState, content: Buffer.from([CALL_STATES[state]]) };
}

/** Number of a call state as ITU-T codes it; undefined where the element holds none. */
export function readCallState(content: Uint8Array | undefined): number | undefined {
  const [octet] = content ?? [];
  // Two bits name who coded it: 00 is ITU-T.
  return octet === undefined || octet >> 6 !== 0 ? undefined : octet;
}

/** Keys that were pressed (Q.931 §4.5.18, keypad facility): what IA5 has of them. */
export function readKeypad(content: Uint8Array | undefined): string {
  return Buffer.from(content ?? [])
    .toString('latin1')
    .replaceAll(/[^0-9A-D*#]/g, '');
}
