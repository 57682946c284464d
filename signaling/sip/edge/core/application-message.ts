import { formatHostPort } from '../message/host.ts';
import { type HeaderField, headerField, type SipMessage } from '../message/message.ts';
import { parseMessage } from '../message/parser.ts';
import type { Flow } from '../transport/transport.ts';
import { CommandRefused } from './application.ts';

/** Fields that the edge alone writes, whatever the application gives. */
const EDGE_FIELDS = new Set(['via', 'route', 'record-route', 'rseq', 'content-length', 'max-forwards']);

/** Fields that name the transaction or dialog: in answers and within dialogs they are echoes. */
const IDENTITY_FIELDS = new Set(['from', 'to', 'call-id', 'cseq']);

/** Fields in which the application may write `localhost` for the edge's own address. */
const LOCALHOST_FIELDS = new Set(['from', 'to', 'contact', 'p-asserted-identity']);

/**
 * Reads the SIP text of a command. Its body ends with the command: clients count characters in Content-Length.
 * @throws CommandRefused where it is no SIP message
 */
export function readApplicationMessage(text: Buffer): SipMessage {
  const result = parseMessage(text, 'end');
  if (!('message' in result)) throw new CommandRefused('unable to parse the SIP message');
  // Clients leave the empty line out only where there is no body.
  const fault = result.faults.find((found) => found !== 'no empty line after the header');
  if (fault !== undefined) throw new CommandRefused(`unable to parse the SIP message: ${fault}`);
  return result.message;
}

/** The application's own fields: those that the edge merges into what it writes. */
export function ownFields(message: SipMessage, flow: Flow): HeaderField[] {
  return message.headers
    .filter(({ key }) => !EDGE_FIELDS.has(key) && !IDENTITY_FIELDS.has(key))
    .map((field) => withLocalAddress(field, flow));
}

/** The value of From, To, Call-ID or CSeq that the application gave for a new request. */
export function givenField(message: SipMessage, name: string, flow: Flow): string | undefined {
  const key = name.toLowerCase();
  const field = message.headers.find((candidate) => candidate.key === key && candidate.value !== '');
  return field === undefined ? undefined : withLocalAddress(field, flow).value;
}

/**
 * The Content-Type of a body that the application sends.
 * @returns the field to add; undefined where there is one already or no body
 * @throws CommandRefused where the body has no type and is no SDP
 */
export function contentTypeOf(message: SipMessage): HeaderField | undefined {
  if (message.body.length === 0 || message.headers.some(({ key }) => key === 'content-type')) return undefined;
  if (message.body.toString('latin1', 0, 3) === 'v=0') return headerField('Content-Type', 'application/sdp');
  throw new CommandRefused('missing content-type');
}

/** The URI under which the peer of this flow reaches the edge. */
export function localUri(flow: Flow, user?: string): string {
  const transport = flow.protocol === 'tcp' ? ';transport=tcp' : '';
  return `sip:${user === undefined ? '' : `${user}@`}${formatHostPort(flow.sentBy.address, flow.sentBy.port)}${transport}`;
}

function withLocalAddress(field: HeaderField, flow: Flow): HeaderField {
  if (!LOCALHOST_FIELDS.has(field.key) || !field.value.includes('localhost')) return field;
  const own = formatHostPort(flow.sentBy.address, flow.sentBy.port);
  const transport = field.key === 'contact' && flow.protocol === 'tcp' ? ';transport=tcp' : '';
  const value = field.value.replace(/(sips?:(?:[^@<>\s]{1,512}@)?)localhost(?=$|[;?>,\s])/g, `$1${own}${transport}`);
  // Without brackets a URI parameter would be taken for one of the header.
  if (transport === '' || value.includes('<')) return { ...field, value };
  const semicolon = value.indexOf(`${own}${transport}`) + own.length + transport.length;
  return { ...field, value: `<${value.slice(0, semicolon)}>${value.slice(semicolon)}` };
}
