import { isIPv4, isIPv6 } from 'node:net';

/** Takes off the IPv4-mapped prefix that dual-stack sockets report (RFC 4291 §2.5.5.2) and a zone index. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  return address;
}

/** Whether a socket bound to this address receives on every interface. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Whether a socket bound to `bound` can reach `remote`; a socket bound to `::` is dual-stack here. */
export function sameFamily(bound: string, remote: string): boolean {
  return isIPv6(bound) === isIPv6(remote) || bound === '::';
}
