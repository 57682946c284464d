import { type Dialog, tagOf } from '../dialog/dialog.ts';
import { readCSeq } from '../message/cseq.ts';
import { formatHostPort } from '../message/host.ts';
import type { Identifiers } from '../message/identifiers.ts';
import { fieldsNamed, fieldValue, type HeaderField, headerField, type SipRequest } from '../message/message.ts';
import { readNameAddr } from '../message/name-addr.ts';
import type { Flow } from '../transport/transport.ts';
import { CommandRefused } from './application.ts';
import { contentTypeOf, givenField, localUri, ownFields } from './application-message.ts';

/** Requests that must carry a Contact, and those that usefully do (RFC 3261 §8.1.1.8, §11.1; RFC 3311, 3515, 6665). */
const CONTACT_METHODS = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER', 'OPTIONS']);

/** The first Via of a request that goes by this flow. */
export function viaField(flow: Flow, branch: string): HeaderField {
  const sentBy = formatHostPort(flow.sentBy.address, flow.sentBy.port);
  const rport = flow.reliable ? '' : ';rport';
  return headerField('Via', `SIP/2.0/${flow.protocol.toUpperCase()} ${sentBy};branch=${branch}${rport}`);
}

/** The request for another flow: as a new try of the same (RFC 3263 §4.3), with a branch of its own. */
export function sentAnew(request: SipRequest, from: Flow, to: Flow, identifiers: Identifiers): SipRequest {
  const own = `<${localUri(from)}>`;
  const [, ...others] = request.headers;
  const moved = others.map((field) =>
    field.key === 'contact' && field.value === own ? headerField('Contact', `<${localUri(to)}>`) : field,
  );
  return { ...request, headers: [viaField(to, identifiers.branch()), ...moved] };
}

function maxForwards(given: SipRequest): HeaderField {
  const value = fieldValue(given, 'Max-Forwards') ?? '';
  return headerField('Max-Forwards', /^[0-9]{1,3}$/.test(value) && Number(value) <= 255 ? value : '70');
}

function contactField(given: SipRequest, own: readonly HeaderField[], flow: Flow): HeaderField[] {
  if (!CONTACT_METHODS.has(given.method) || own.some(({ key }) => key === 'contact')) return [];
  return [headerField('Contact', `<${localUri(flow)}>`)];
}

/**
 * Makes a request outside any dialog (RFC 3261 §8.1.1) of what the application gave: its From with tag, To, Call-ID, CSeq
 * and Contact hold, so that a repetition with credentials belongs to the first try (RFC 3261 §22.2). Route holds where To has
 * a tag.
 * @throws CommandRefused where what it gave is malformed
 */
export function composeOutside(given: SipRequest, flow: Flow, identifiers: Identifiers): SipRequest {
  const own = ownFields(given, flow);
  const type = contentTypeOf(given);
  const cseq = readCSeq(givenField(given, 'CSeq', flow) ?? '');
  const sequence = cseq?.method === given.method ? cseq.sequence : identifiers.firstSequence();
  // Within a dialog that the edge does not know, such as one of a process that died, the application knows the way.
  const routes = tagOf(given, 'To') === '' ? [] : fieldsNamed(given, 'Route');
  const headers: HeaderField[] = [
    viaField(flow, identifiers.branch()),
    ...routes,
    maxForwards(given),
    headerField('From', party(givenField(given, 'From', flow) ?? `<${localUri(flow)}>`, identifiers.tag())),
    headerField('To', party(givenField(given, 'To', flow) ?? `<${given.uri}>`, undefined)),
    headerField('Call-ID', givenField(given, 'Call-ID', flow) ?? identifiers.uuid()),
    headerField('CSeq', `${sequence} ${given.method}`),
    ...contactField(given, own, flow),
    ...own,
    ...(type === undefined ? [] : [type]),
  ];
  return { kind: 'request', method: given.method, uri: given.uri, version: '2.0', headers, body: given.body };
}

/** Writes a party as name-addr, with a tag where it shall have one and has none. */
function party(value: string, tag: string | undefined): string {
  const read = readNameAddr(value);
  if (read === undefined) throw new CommandRefused('invalid From or To');
  const bracketed = value.includes('<') ? value : `<${read.uri}>${value.trim().slice(read.uri.length)}`;
  return tag === undefined || read.parameters.has('tag') ? bracketed : `${bracketed};tag=${tag}`;
}

/** Makes a request within a dialog (RFC 3261 §12.2.1.1); From, To, Call-ID and CSeq are the dialog's. */
export function composeInside(
  dialog: Dialog,
  given: SipRequest,
  sequence: number,
  flow: Flow,
  identifiers: Identifiers,
  extra: readonly HeaderField[] = [],
): SipRequest {
  const own = ownFields(given, flow);
  const type = contentTypeOf(given);
  const { uri, routes } = dialog.routing();
  const headers: HeaderField[] = [
    viaField(flow, identifiers.branch()),
    ...routes.map((route) => headerField('Route', route)),
    maxForwards(given),
    ...dialog.identity(sequence, given.method),
    ...contactField(given, own, flow),
    ...extra,
    ...own,
    ...(type === undefined ? [] : [type]),
  ];
  return { kind: 'request', method: given.method, uri, version: '2.0', headers, body: given.body };
}

/** Makes the CANCEL of an INVITE of ours (RFC 3261 §9.1). @param given adds fields such as Reason */
export function composeCancel(invite: SipRequest, given: SipRequest | undefined, flow: Flow): SipRequest {
  const copied = (name: string) => fieldsNamed(invite, name);
  const sequence = readCSeq(fieldValue(invite, 'CSeq') ?? '')?.sequence ?? 0;
  return {
    kind: 'request',
    method: 'CANCEL',
    uri: invite.uri,
    version: '2.0',
    headers: [
      headerField('Via', fieldValue(invite, 'Via') ?? ''),
      ...copied('Route'),
      headerField('Max-Forwards', '70'),
      ...copied('From'),
      ...copied('To'),
      ...copied('Call-ID'),
      headerField('CSeq', `${sequence} CANCEL`),
      ...(given === undefined ? [] : ownFields(given, flow).filter(({ key }) => key !== 'content-type')),
    ],
    body: Buffer.alloc(0),
  };
}

/** The credentials of a request (RFC 3261 §22.1). */
export function credentialsOf(request: SipRequest): HeaderField[] {
  return request.headers.filter(({ key }) => key === 'authorization' || key === 'proxy-authorization');
}

/** A bare request for `composeInside`, for what the edge sends by itself. */
export function bareRequest(method: string, fields: readonly HeaderField[] = []): SipRequest {
  return { kind: 'request', method, uri: 'sip:placeholder', version: '2.0', headers: fields, body: Buffer.alloc(0) };
}
