import { readCSeq } from './cseq.ts';
import { headerName } from './header-names.ts';
import { splitList } from './list.ts';
import { fieldValue, fieldValues, type SipMessage, type SipRequest, type SipResponse } from './message.ts';
import { readNameAddr } from './name-addr.ts';
import { readSipUri, uriScheme } from './uri.ts';
import { readVia } from './via.ts';

/** What is wrong with a request, as the answer that RFC 3261 wants for it. */
export interface RequestFault {
  readonly status: 400 | 416 | 505;
  /** The reason phrase: says what is wrong. */
  readonly reason: string;
}

/** Fields that a request and a response must hold exactly once (RFC 3261 §8.1.1, §7.3.1). */
const SINGLE_FIELDS = ['Call-ID', 'CSeq', 'From', 'To'] as const;

/** Fields that may be missing but not be doubled. */
const AT_MOST_ONE = ['Max-Forwards', 'Expires', 'Content-Type'] as const;

/**
 * Checks what the edge relies on in a request from the network (RFC 3261 §8.2, §16.3; RFC 4475 §3).
 * @param faults what the parser found
 * @returns undefined where the request can be processed
 */
export function requestFault(request: SipRequest, faults: readonly string[]): RequestFault | undefined {
  if (request.version !== '2.0') return { status: 505, reason: 'Version Not Supported' };
  const reason = faults[0] ?? commonFault(request) ?? requestLineFault(request) ?? contactFault(request);
  if (reason !== undefined) return { status: 400, reason: `Bad Request - ${reason}` };
  const scheme = uriScheme(request.uri);
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel')
    return { status: 416, reason: 'Unsupported URI Scheme' };
  return undefined;
}

/** What is wrong with a response from the network, in words; such a response is dropped (RFC 3261 §18.1.2). */
export function responseFault(response: SipResponse, faults: readonly string[]): string | undefined {
  if (response.version !== '2.0') return 'version not supported';
  if (response.status < 100 || response.status > 699) return 'status code out of range';
  return faults[0] ?? commonFault(response);
}

function commonFault(message: SipMessage): string | undefined {
  for (const name of SINGLE_FIELDS) {
    const count = countFields(message, name);
    if (count !== 1) return count === 0 ? `missing ${name}` : `more than one ${name}`;
  }
  for (const name of AT_MOST_ONE) if (countFields(message, name) > 1) return `more than one ${name}`;
  const cseq = readCSeq(fieldValue(message, 'CSeq') ?? '');
  if (cseq === undefined) return 'malformed CSeq';
  if (message.kind === 'request' && cseq.method !== message.method) return 'CSeq does not name the method';
  // '|' parts the fields of the control protocol; no Call-ID of RFC 3261 §25.1 holds it.
  const callId = fieldValue(message, 'Call-ID') ?? '';
  if (callId === '' || callId.length > 1024 || /[\s|]/.test(callId)) return 'malformed Call-ID';
  for (const name of ['From', 'To'] as const) {
    const party = readNameAddr(fieldValue(message, name) ?? '');
    if (party === undefined) return `malformed ${name}`;
    const tag = party.parameters.get('tag');
    if (tag !== undefined && /[\s|]/.test(tag)) return `malformed tag in ${name}`;
  }
  return viaFault(message);
}

function countFields(message: SipMessage, name: string): number {
  const { key } = headerName(name);
  let count = 0;
  for (const field of message.headers) if (field.key === key) count += 1;
  return count;
}

function viaFault(message: SipMessage): string | undefined {
  const values = fieldValues(message, 'Via');
  if (values.length === 0) return 'missing Via';
  for (const value of values)
    for (const via of splitList(value)) if (readVia(via) === undefined) return 'malformed Via';
  return undefined;
}

function requestLineFault(request: SipRequest): string | undefined {
  if (/[\s<>"]/.test(request.uri)) return 'malformed Request-URI';
  const scheme = uriScheme(request.uri);
  if (scheme === undefined) return 'malformed Request-URI';
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const uri = readSipUri(request.uri);
  if (uri === undefined) return 'malformed Request-URI';
  // RFC 3261 §19.1.1 allows no headers in a Request-URI.
  return uri.headers === undefined ? undefined : 'headers in the Request-URI';
}

function contactFault(request: SipRequest): string | undefined {
  for (const value of fieldValues(request, 'Contact')) {
    if (value === '*' && request.method === 'REGISTER') continue;
    for (const element of splitList(value)) if (readNameAddr(element) === undefined) return 'malformed Contact';
  }
  return undefined;
}
