import { readCSeq } from '../edge/message/cseq.ts';
import { splitList } from '../edge/message/list.ts';
import { readNameAddr } from '../edge/message/name-addr.ts';
import { readSipUri, type SipUri } from '../edge/message/uri.ts';

/** Values of the header fields of a REGISTER; those of one name joined by commas. */
export interface RegisterFields {
  readonly to: string | undefined;
  readonly callId: string | undefined;
  readonly cseq: string | undefined;
  readonly contact: string | undefined;
  readonly expires: string | undefined;
  readonly supported: string | undefined;
}

/** A contact address that a REGISTER names. */
export interface RequestedContact {
  readonly uri: string;
  /** What makes it the same contact as another (RFC 3261 §19.1.4), or the same flow (RFC 5626 §6). */
  readonly key: string;
  /** Preference, 0 to 1. */
  readonly q: number;
  /** Seconds that it shall hold; 0 removes it. */
  readonly expires: number;
  /** `+sip.instance` (RFC 5626 §4.1): `<urn:…>`. */
  readonly instance: string | undefined;
  /** `reg-id` of a client of RFC 5626, which is reached by the flow of its REGISTER alone. */
  readonly flow: number | undefined;
}

/** What a REGISTER asks for (RFC 3261 §10.2). */
export interface RegisterRequest {
  /** User part of the address of record, escapes taken off. */
  readonly user: string;
  readonly callId: string;
  readonly sequence: number;
  /** Contacts to add, refresh or remove; `all` removes every one; none asks for the list. */
  readonly contacts: readonly RequestedContact[] | 'all';
}

/** Seconds, where neither the contact nor the request names any (RFC 3261 §10.2.1.1), or where what they name is malformed. */
const DEFAULT_EXPIRES = 3600;
/** Contacts in one request. */
const MOST_CONTACTS = 10;
const LONGEST_URI = 512;
const LONGEST_CALL_ID = 256;

/** Reads a REGISTER (RFC 3261 §10.3). Contacts that are no SIP URIs are passed over: nothing here could call them. */
export function readRegister(fields: RegisterFields): RegisterRequest | { readonly fault: string } {
  const to = readSipUri(readNameAddr(fields.to ?? '')?.uri ?? '');
  const user = to?.user === undefined ? undefined : decoded(to.user);
  const cseq = readCSeq(fields.cseq ?? '');
  const callId = fields.callId?.trim() ?? '';
  if (user === undefined) return { fault: 'To names no address of record' };
  if (cseq === undefined || callId === '' || callId.length > LONGEST_CALL_ID) return { fault: 'no Call-ID or no CSeq' };
  const common = { user, callId, sequence: cseq.sequence };
  const value = fields.contact?.trim() ?? '';
  if (value === '') return { ...common, contacts: [] };
  const elements = splitList(value);
  if (elements.includes('*')) {
    if (elements.length > 1 || fields.expires?.trim() !== '0')
      return { fault: 'Contact * must stand alone, with Expires: 0' };
    return { ...common, contacts: 'all' };
  }
  if (elements.length > MOST_CONTACTS) return { fault: 'too many contacts' };
  const fallback = readExpires(fields.expires) ?? DEFAULT_EXPIRES;
  const outbound = splitList(fields.supported ?? '').some((option) => option.toLowerCase() === 'outbound');
  const contacts: RequestedContact[] = [];
  for (const element of elements) {
    const contact = readContact(element, fallback, outbound);
    if (contact === undefined) return { fault: 'Contact cannot be read' };
    if (contact !== 'foreign') contacts.push(contact);
  }
  return { ...common, contacts };
}

function readContact(element: string, fallback: number, outbound: boolean): RequestedContact | 'foreign' | undefined {
  const address = readNameAddr(element);
  if (address === undefined || address.uri.length > LONGEST_URI) return undefined;
  if (!/^sips?:/i.test(address.uri)) return 'foreign';
  const uri = readSipUri(address.uri);
  if (uri === undefined) return undefined;
  const { parameters } = address;
  const instance = /^<[\x21-\x3b\x3d\x3f-\x7e]{1,128}>$/.exec(parameters.get('+sip.instance') ?? '')?.[0];
  const id = parameters.get('reg-id') ?? '';
  const flow = outbound && instance !== undefined && /^[1-9]\d{0,8}$/.test(id) ? Number(id) : undefined;
  return {
    uri: address.uri,
    key: flow === undefined ? contactKey(uri) : `${instance} ${flow}`,
    q: readQ(parameters.get('q')),
    expires: parameters.has('expires') ? (readExpires(parameters.get('expires')) ?? DEFAULT_EXPIRES) : fallback,
    instance,
    flow,
  };
}

/** Equal for URIs that RFC 3261 §19.1.4 calls equal, but for parameters that it lets one of them leave out. */
function contactKey(uri: SipUri): string {
  const decisive = ['user', 'ttl', 'method', 'maddr', 'transport'].map((name) =>
    uri.parameters.get(name)?.toLowerCase(),
  );
  return [uri.scheme, decoded(uri.user ?? '') ?? uri.user, uri.host.toLowerCase(), uri.port, ...decisive].join(' ');
}

function readExpires(text: string | undefined): number | undefined {
  const digits = text?.trim() ?? '';
  return /^\d{1,10}$/.test(digits) ? Math.min(Number(digits), 0xffff_ffff) : undefined;
}

function readQ(text: string | undefined): number {
  return text !== undefined && /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}

function decoded(user: string): string | undefined {
  try {
    return decodeURIComponent(user);
  } catch {
    return undefined;
  }
}
