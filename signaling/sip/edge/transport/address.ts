import { isIPv4, isIPv6 } from 'node:net';

/** Whether a socket bound to this address receives on every interface. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** The families of peers that a socket reaches. A socket bound to `::` is dual-stack unless it leaves IPv4 to another. */
export interface Reach {
  readonly bound: { readonly address: string };
  readonly ipv6Only: boolean;
}

/** Whether a socket can send to an address. */
export function reaches({ bound, ipv6Only }: Reach, remote: string): boolean {
  if (bound.address === '::' && !ipv6Only) return true;
  return isIPv6(bound.address) === isIPv6(remote);
}

/** The address as an IPv6 socket takes it: IPv4 peers of dual-stack sockets are IPv4-mapped (RFC 4291 §2.5.5.2). */
export function onIpv6Socket(address: string): string {
  return isIPv4(address) ? `::ffff:${address}` : address;
}

/** What is announced to a peer in place of the local address: only an address of the same family is of use to it. */
export function announcedTo(announced: string | undefined, local: string): string {
  return announced !== undefined && isIPv6(announced) === isIPv6(local) ? announced : local;
}
