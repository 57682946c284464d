import { marksOf } from '../guard/request-marks.ts';
import { splitList } from '../message/list.ts';
import { fieldValue, fieldValues, type SipRequest, type SipResponse } from '../message/message.ts';
import { readNameAddr } from '../message/name-addr.ts';
import type { Flow } from '../transport/transport.ts';
import type { CoreContext } from './context.ts';

/** Longest registration that is believed, s. */
const LONGEST_REGISTRATION = 86_400;

/** Tells the guard what became of a request that belongs to no dialog. */
export function judge(
  { guard, clock }: Pick<CoreContext, 'guard' | 'clock'>,
  request: SipRequest,
  flow: Flow,
  answer: Pick<SipResponse, 'status' | 'headers'>,
): void {
  if (guard === undefined || request.method === 'CANCEL') return;
  const { status, headers } = answer;
  const answered = {
    method: request.method,
    status,
    hadCredentials: has(request, 'authorization') || has(request, 'proxy-authorization'),
    stale: headers.some(
      ({ key, value }) => /^(?:www|proxy)-authenticate$/.test(key) && /\bstale\s*=\s*"?true/i.test(value),
    ),
  };
  const registered = status < 300 && request.method === 'REGISTER' ? 1000 * registrationTime(answer) : 0;
  guard.answered(flow, answered, clock.now(), registered, registered > 0 ? marksOf(request) : undefined);
}

/** Seconds for which the longest of the contacts in the answer to a REGISTER holds; 0 where there is none (RFC 3261 §10.3). */
function registrationTime(answer: Pick<SipResponse, 'headers'>): number {
  const times = fieldValues(answer, 'Contact')
    .flatMap(splitList)
    .map((contact) => readNameAddr(contact)?.parameters.get('expires') ?? fieldValue(answer, 'Expires') ?? '0')
    .map((text) => (/^\d{1,10}$/.test(text) ? Number(text) : 0));
  return Math.min(Math.max(0, ...times), LONGEST_REGISTRATION);
}

function has({ headers }: SipRequest, name: string): boolean {
  return headers.some(({ key }) => key === name);
}
