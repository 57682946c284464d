import { sourceKey } from '../../network/source-key.ts';

/** Connections at once, in all and of one source. */
const MOST = 2000;
const MOST_OF_SOURCE = 64;

/**
 * Whether one more connection may come from an address, beside those from `others`. An IPv6 /64 is one source. `isTrusted`: a gatekeeper
 * that carries the calls of many rooms, for which only the bound of all counts.
 */
export function mayConnect(from: string, others: readonly string[], isTrusted: boolean): boolean {
  const source = sourceKey(from);
  const isBelow = others.length < MOST;
  return isBelow && (isTrusted || others.filter((other) => sourceKey(other) === source).length < MOST_OF_SOURCE);
}
