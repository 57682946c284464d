import { splitList } from '../message/list.ts';
import { fieldValues, type SipMessage } from '../message/message.ts';
import { readNameAddr } from '../message/name-addr.ts';
import { readSipUri } from '../message/uri.ts';

/** How a request within a dialog is addressed. */
export interface InDialogRouting {
  /** The Request-URI. */
  readonly uri: string;
  /** The values of the Route field, in order. */
  readonly routes: readonly string[];
  /** The URI of the element that the request is handed to. */
  readonly nextHop: string;
}

/**
 * Addresses a request within a dialog (RFC 3261 §12.2.1.1), towards loose and strict routers.
 * @param target the remote target
 * @param routeSet name-addr values, the next hop first
 */
export function routeInDialog(target: string, routeSet: readonly string[]): InDialogRouting {
  const [first, ...others] = routeSet;
  const firstUri = first === undefined ? undefined : readNameAddr(first)?.uri;
  if (first === undefined || firstUri === undefined) return { uri: target, routes: [], nextHop: target };
  if (readSipUri(firstUri)?.parameters.has('lr') === true) return { uri: target, routes: routeSet, nextHop: firstUri };
  return { uri: firstUri, routes: [...others, `<${target}>`], nextHop: firstUri };
}

/** The Record-Route values of a message in their order. */
export function recordRoutes(message: SipMessage): string[] {
  return fieldValues(message, 'Record-Route').flatMap(splitList);
}

/** The URI of the first Contact of a message; undefined where there is none. */
export function contactUri(message: SipMessage): string | undefined {
  const [first] = fieldValues(message, 'Contact').flatMap(splitList);
  return first === undefined ? undefined : readNameAddr(first)?.uri;
}
