import { MAX_HEADER_FIELDS, MAX_LINE_BYTES, MAX_MESSAGE_BYTES } from './limits.ts';
import { type HeaderField, headerField, type SipMessage } from './message.ts';
import { isToken } from './parameters.ts';

/** Why bytes are not even a damaged SIP message. */
export type Unreadable = 'empty' | 'too-large' | 'too-many-headers' | 'not-sip';

/** What was read. `faults` names what is malformed, in words, where the message could be taken apart all the same. */
export type ParseResult =
  | { readonly message: SipMessage; readonly faults: readonly string[] }
  | { readonly unreadable: Unreadable };

/**
 * Where the body ends: `content-length` for what comes from the network (RFC 3261 §18.3), `end` where the whole of the
 * bytes is one message whose Content-Length is not to be trusted.
 */
export type BodyFraming = 'content-length' | 'end';

/**
 * Takes a SIP message apart. Tolerates bare LF, folding, compact names, blanks before colons and doubled blanks in the
 * start line; never throws.
 */
export function parseMessage(bytes: Buffer, framing: BodyFraming): ParseResult {
  if (bytes.length > MAX_MESSAGE_BYTES) return { unreadable: 'too-large' };
  const start = skipLineBreaks(bytes);
  if (start === bytes.length) return { unreadable: 'empty' };
  const faults: string[] = [];
  const headerEnd = findHeaderEnd(bytes, start);
  if (headerEnd.blankLine === undefined) faults.push('no empty line after the header');
  const lines = unfold(bytes.toString('latin1', start, headerEnd.end));
  if (lines.length - 1 > MAX_HEADER_FIELDS) return { unreadable: 'too-many-headers' };
  const first = lines[0] ?? '';
  if (first.length > MAX_LINE_BYTES) return { unreadable: 'too-large' };
  const headers = readHeaders(lines.slice(1), faults);
  const body = readBody(bytes.subarray(headerEnd.blankLine ?? bytes.length), headers, framing, faults);
  const message = readResponseLine(first, headers, body) ?? readRequestLine(first, headers, body);
  return message === undefined ? { unreadable: 'not-sip' } : { message, faults };
}

const CR = 0x0d;

function skipLineBreaks(bytes: Buffer): number {
  let start = 0;
  while (start < bytes.length && (bytes[start] === 0x0d || bytes[start] === 0x0a)) start += 1;
  return start;
}

interface HeaderEnd {
  /** Just after the last header line. */
  readonly end: number;
  /** Just after the empty line; undefined where there is none. */
  readonly blankLine: number | undefined;
}

function findHeaderEnd(bytes: Buffer, start: number): HeaderEnd {
  let line = start;
  for (;;) {
    const feed = bytes.indexOf(0x0a, line);
    if (feed < 0) return { end: bytes.length, blankLine: undefined };
    if (feed === line || (feed === line + 1 && bytes[line] === 0x0d)) return { end: line, blankLine: feed + 1 };
    line = feed + 1;
  }
}

/** Cuts into lines and joins continuation lines by one blank (RFC 3261 §7.3.1). */
function unfold(text: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    let end = feed < 0 ? text.length : feed;
    if (feed > start && text.charCodeAt(feed - 1) === CR) end -= 1;
    if (end > start) addLine(lines, text.slice(start, end));
    start = next;
  }
  return lines;
}

function addLine(lines: string[], line: string): void {
  const previous = lines.length - 1;
  if ((line.startsWith(' ') || line.startsWith('\t')) && previous > 0) lines[previous] += ` ${line.trim()}`;
  else lines.push(line);
}

function readHeaders(lines: readonly string[], faults: string[]): HeaderField[] {
  const headers: HeaderField[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd();
    if (line.length > MAX_LINE_BYTES) faults.push('header field too long');
    else if (colon < 0 || !isToken(name)) faults.push('malformed header line');
    else headers.push(headerField(name, line.slice(colon + 1)));
  }
  return headers;
}

function readBody(rest: Buffer, headers: readonly HeaderField[], framing: BodyFraming, faults: string[]): Buffer {
  if (framing === 'end') return rest;
  const lengths = new Set(headers.filter(({ key }) => key === 'content-length').map(({ value }) => value));
  const [text] = lengths;
  // Over UDP the body then ends with the datagram (RFC 3261 §18.3).
  if (text === undefined) return rest;
  const length = readContentLength(lengths);
  if (length === undefined) faults.push('malformed Content-Length');
  else if (length > rest.length) faults.push('Content-Length exceeds the body');
  return rest.subarray(0, length ?? 0);
}

/**
 * The one meaning of all Content-Length values of a message.
 * @returns undefined where they are malformed, contradict each other, or exceed nine digits
 */
export function readContentLength(values: Iterable<string>): number | undefined {
  const lengths = new Set<number>();
  for (const value of values) {
    if (!/^[0-9]{1,9}$/.test(value)) return undefined;
    lengths.add(Number(value));
  }
  const [length] = lengths;
  return lengths.size === 1 ? length : undefined;
}

function readResponseLine(line: string, headers: HeaderField[], body: Buffer): SipMessage | undefined {
  const match = /^SIP\/([0-9]{1,3}\.[0-9]{1,3})[ \t]+([0-9]{1,16})(?:[ \t](.*))?$/i.exec(line);
  const [, version, status, reason] = match ?? [];
  if (version === undefined || status === undefined) return undefined;
  return { kind: 'response', version, status: Number(status), reason: (reason ?? '').trim(), headers, body };
}

function readRequestLine(line: string, headers: HeaderField[], body: Buffer): SipMessage | undefined {
  const trimmed = line.trim();
  const afterMethod = trimmed.search(/[ \t]/);
  const marker = trimmed.toUpperCase().lastIndexOf('SIP/');
  if (afterMethod <= 0 || marker <= afterMethod || !/[ \t]/.test(trimmed[marker - 1] ?? '')) return undefined;
  const method = trimmed.slice(0, afterMethod);
  const version = trimmed.slice(marker + 4).trim();
  const uri = trimmed.slice(afterMethod, marker).trim();
  if (!isToken(method) || uri === '' || !/^[0-9]{1,3}\.[0-9]{1,3}$/.test(version)) return undefined;
  return { kind: 'request', method, uri, version, headers, body };
}
