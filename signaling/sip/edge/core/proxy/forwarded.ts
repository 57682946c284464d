import { splitList } from '../../message/list.ts';
import {
  fieldsNamed,
  fieldValue,
  fieldValues,
  type HeaderField,
  headerField,
  type SipRequest,
  type SipResponse,
} from '../../message/message.ts';
import { readNameAddr } from '../../message/name-addr.ts';
import { readSipUri } from '../../message/uri.ts';
import type { Flow } from '../../transport/transport.ts';
import { localUri } from '../application-message.ts';
import { viaField } from '../compose-request.ts';

/** What a proxy changes in a request on its way (RFC 3261 §16.6). */
export interface ForwardParts {
  readonly uri: string;
  /** The way it leaves. */
  readonly flow: Flow;
  readonly branch: string;
  /** Route values left after those of this proxy. */
  readonly routes: readonly string[];
  /** Record-Route values of this proxy, the next hop's first; empty where it does not stay in the dialog. */
  readonly recordRoutes: readonly string[];
  /** Fields that the application adds. */
  readonly added: readonly HeaderField[];
}

/** The hops that are left, from Max-Forwards; 70 where it is missing or malformed (RFC 3261 §16.6 step 3). */
export function hopsLeft(request: SipRequest): number {
  const value = fieldValue(request, 'Max-Forwards') ?? '';
  return /^[0-9]{1,3}$/.test(value) ? Number(value) : 71;
}

/** Makes the request that is sent on. */
export function forwardedRequest(request: SipRequest, parts: ForwardParts): SipRequest {
  const replaced = new Set(['route', 'max-forwards', ...parts.added.map(({ key }) => key)]);
  return {
    ...request,
    uri: parts.uri,
    headers: [
      viaField(parts.flow, parts.branch),
      ...parts.recordRoutes.map((value) => headerField('Record-Route', value)),
      ...parts.routes.map((value) => headerField('Route', value)),
      headerField('Max-Forwards', String(hopsLeft(request) - 1)),
      ...request.headers.filter(({ key }) => !replaced.has(key)),
      ...parts.added,
    ],
  };
}

/** The answer as it goes back: without this proxy's Via (RFC 3261 §16.7 step 3). */
export function returnedResponse(response: SipResponse): SipResponse {
  const index = response.headers.findIndex(({ key }) => key === 'via');
  const [, ...others] = splitList(response.headers[index]?.value ?? '');
  const headers =
    others.length === 0
      ? response.headers.toSpliced(index, index < 0 ? 0 : 1)
      : response.headers.with(index, headerField('Via', others.join(', ')));
  return { ...response, headers };
}

/**
 * The Record-Route values of this proxy for a request that comes by one flow and leaves by another: two where the two
 * sides reach it differently (RFC 5658 §5.2).
 * @param token the user part by which the proxy knows its own entries
 */
export function ownRecordRoutes(token: string, from: Flow, to: Flow): string[] {
  const entry = (flow: Flow) => `<${localUri(flow, token)};lr>`;
  const [near, far] = [entry(from), entry(to)];
  return near === far ? [far] : [far, near];
}

/** The Route values of a request after those on top that are this proxy's own (RFC 3261 §16.4). */
export function routesAfterOwn(request: SipRequest, token: string): string[] {
  const routes = fieldValues(request, 'Route').flatMap(splitList);
  const firstOther = routes.findIndex((value) => readSipUri(readNameAddr(value)?.uri ?? '')?.user !== token);
  return firstOther < 0 ? [] : routes.slice(firstOther);
}

/** The URI that leads to the next hop: that of the first route, else the Request-URI (RFC 3261 §16.6 step 6). */
export function nextHop(routes: readonly string[], uri: string): string {
  const [first] = routes;
  return first === undefined ? uri : (readNameAddr(first)?.uri ?? uri);
}

/** The contacts of a redirection, those of the highest `q` first (RFC 3261 §16.5, §20.10). */
export function redirectTargets(response: SipResponse): string[] {
  return fieldValues(response, 'Contact')
    .flatMap(splitList)
    .flatMap((value) => readNameAddr(value) ?? [])
    .map(({ uri, parameters }) => ({ uri, weight: Number.parseFloat(parameters.get('q') ?? '1') || 0 }))
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ uri }) => uri);
}

/**
 * The refusal that is passed back when no branch succeeded (RFC 3261 §16.7 steps 6 and 7): a 6xx, else one of the lowest
 * class, where one that tells the caller how to do better goes first. Challenges of all branches are gathered.
 * @returns undefined where there is none
 */
export function bestRefusal(refusals: readonly SipResponse[]): SipResponse | undefined {
  const best = refusals.toSorted((one, other) => rank(one.status) - rank(other.status))[0];
  if (best === undefined || (best.status !== 401 && best.status !== 407)) return best;
  const challenges = refusals
    .filter((refusal) => refusal !== best && (refusal.status === 401 || refusal.status === 407))
    .flatMap((refusal) => [...fieldsNamed(refusal, 'WWW-Authenticate'), ...fieldsNamed(refusal, 'Proxy-Authenticate')]);
  return { ...best, headers: [...best.headers, ...challenges] };
}

function rank(status: number): number {
  if (status >= 600) return 0;
  const helpful = [401, 407, 415, 420, 484].includes(status);
  // A branch that was silent says less than one that spoke.
  const silent = status === 408 || status === 503;
  return Math.floor(status / 100) * 10 + (helpful ? 0 : silent ? 9 : 5);
}
