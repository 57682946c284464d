import {
  fieldsNamed,
  fieldValue,
  type HeaderField,
  headerField,
  type SipRequest,
  type SipResponse,
} from '../message/message.ts';
import { readNameAddr } from '../message/name-addr.ts';

/** What an answer consists of beside what it copies from its request. */
export interface ResponseParts {
  readonly status: number;
  readonly reason: string;
  /** Put into To where the request has none. */
  readonly toTag?: string | undefined;
  /** In their order, after the copied ones. */
  readonly fields?: readonly HeaderField[];
  /** Whether Record-Route is copied: in answers that make a dialog (RFC 3261 §12.1.1). */
  readonly recordRoute?: boolean;
  readonly body?: Buffer;
}

/** Makes an answer to a request (RFC 3261 §8.2.6.2). Damaged fields are copied as they came. */
export function composeResponse(request: SipRequest, parts: ResponseParts): SipResponse {
  const copied = (name: string) => fieldsNamed(request, name);
  const headers: HeaderField[] = [
    ...copied('Via'),
    ...(parts.recordRoute === true ? copied('Record-Route') : []),
    ...copied('From').slice(0, 1),
    ...copied('To')
      .slice(0, 1)
      .map(({ value }) => headerField('To', withTag(value, parts.toTag))),
    ...copied('Call-ID').slice(0, 1),
    ...copied('CSeq').slice(0, 1),
    // RFC 3261 §8.2.6.1
    ...(parts.status === 100 ? copied('Timestamp').slice(0, 1) : []),
    ...(parts.fields ?? []),
  ];
  return {
    kind: 'response',
    version: '2.0',
    status: parts.status,
    reason: parts.reason,
    headers,
    body: parts.body ?? Buffer.alloc(0),
  };
}

/** Puts the tag into a To value that has none. */
function withTag(value: string, tag: string | undefined): string {
  if (tag === undefined || readNameAddr(value)?.parameters.has('tag') === true) return value;
  return `${value};tag=${tag}`;
}

/**
 * The request as an application gets it: as received, with a Contact made of From where an INVITE has none, as clients of
 * RFC 2543 do (RFC 3261 §12.1.1 needs a remote target).
 */
export function withContact(request: SipRequest): SipRequest {
  if (request.method !== 'INVITE' || fieldValue(request, 'Contact') !== undefined) return request;
  const uri = readNameAddr(fieldValue(request, 'From') ?? '')?.uri;
  if (uri === undefined) return request;
  return { ...request, headers: [...request.headers, headerField('Contact', `<${uri}>`)] };
}
