import { headerName } from './header-names.ts';

/**
 * One header field line. `value` is the text after the colon, unfolded and trimmed.
 *
 * All text of a message is held one character per byte (Latin-1), so that what was read is written again byte for byte,
 * whatever its character set; decode as UTF-8 only to show it to somebody.
 */
export interface HeaderField {
  /** In the spelling of `canonicalHeaderName`. */
  readonly name: string;
  /** `name` in lower case, to compare by. */
  readonly key: string;
  readonly value: string;
}

interface MessageParts {
  /** All fields in their order. Content-Length is computed anew when the message is written. */
  readonly headers: readonly HeaderField[];
  readonly body: Buffer;
}

/** RFC 3261 §7.1. */
export interface SipRequest extends MessageParts {
  readonly kind: 'request';
  /** Case-sensitive (RFC 3261 §7.1). */
  readonly method: string;
  readonly uri: string;
  /** As in the request line after `SIP/`: `2.0`. */
  readonly version: string;
}

/** RFC 3261 §7.2. */
export interface SipResponse extends MessageParts {
  readonly kind: 'response';
  /** 100 to 699 in what the edge passes on. */
  readonly status: number;
  readonly reason: string;
  readonly version: string;
}

/** A SIP message (RFC 3261 §7). */
export type SipMessage = SipRequest | SipResponse;

/** Makes a header field; line breaks in the value become blanks so that no value can open a line of its own. */
export function headerField(name: string, value: string): HeaderField {
  const { name: spelling, key } = headerName(name);
  return { name: spelling, key, value: oneLine(value) };
}

function oneLine(value: string): string {
  return (value.includes('\n') || value.includes('\r') ? value.replace(/[\r\n]+/g, ' ') : value).trim();
}

/** The fields of this name, as they stand. */
export function fieldsNamed(message: SipMessage, name: string): HeaderField[] {
  const { key } = headerName(name);
  const found: HeaderField[] = [];
  for (const field of message.headers) if (field.key === key) found.push(field);
  return found;
}

/** The values of all fields of this name, one per field line. */
export function fieldValues(message: Pick<SipMessage, 'headers'>, name: string): string[] {
  const { key } = headerName(name);
  const found: string[] = [];
  for (const field of message.headers) if (field.key === key) found.push(field.value);
  return found;
}

/** The value of the first field of this name. */
export function fieldValue(message: Pick<SipMessage, 'headers'>, name: string): string | undefined {
  const { key } = headerName(name);
  for (const field of message.headers) if (field.key === key) return field.value;
  return undefined;
}
