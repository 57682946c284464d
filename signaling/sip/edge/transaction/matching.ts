import { readCSeq } from '../message/cseq.ts';
import { splitList } from '../message/list.ts';
import { fieldValue, type SipRequest, type SipResponse } from '../message/message.ts';
import { readNameAddr } from '../message/name-addr.ts';
import { MAGIC_COOKIE, readVia, type Via } from '../message/via.ts';

/** The first Via value of a message, as text. */
function topViaText(message: SipRequest | SipResponse): string {
  return splitList(fieldValue(message, 'Via') ?? '')[0] ?? '';
}

/** The first Via value of a message, read; undefined where it is missing or malformed. */
export function topVia(message: SipRequest | SipResponse): Via | undefined {
  return readVia(topViaText(message));
}

/**
 * The key of the server transaction that a request belongs to (RFC 3261 §17.2.3).
 * @param method `INVITE` to find the INVITE that an ACK or CANCEL speaks of, else the request's own
 */
export function serverTransactionKey(request: SipRequest, method: string): string {
  const via = topVia(request);
  const branch = via?.parameters.get('branch') ?? '';
  const sentBy = `${via?.host.toLowerCase()}:${via?.port ?? ''}`;
  if (branch.length > MAGIC_COOKIE.length && branch.toLowerCase().startsWith(MAGIC_COOKIE.toLowerCase())) {
    return `${branch}|${sentBy}|${method}`;
  }
  // RFC 2543 clients, and a branch that is the bare cookie (RFC 4475 §3.1.2.20). The Request-URI is left out of the
  // comparison: some Cisco devices send an ACK without branch whose URI has lost its parameters.
  const fromTag = readNameAddr(fieldValue(request, 'From') ?? '')?.parameters.get('tag') ?? '';
  const sequence = readCSeq(fieldValue(request, 'CSeq') ?? '')?.sequence;
  return `2543|${fieldValue(request, 'Call-ID')}|${fromTag}|${sequence}|${sentBy}|${method}`;
}

/** The key of the client transaction that a response belongs to (RFC 3261 §17.1.3); undefined without branch. */
export function clientTransactionKey(message: SipRequest | SipResponse): string | undefined {
  const branch = topVia(message)?.parameters.get('branch');
  const method = readCSeq(fieldValue(message, 'CSeq') ?? '')?.method;
  return branch === undefined || method === undefined ? undefined : `${branch}|${method}`;
}
