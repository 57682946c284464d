import type { TransportAddress } from '#codecs/media/description.ts';

/** Nobody is there (RFC 3264 §8.4); the system would deliver to ourselves. */
const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
/** How a socket for both IP versions writes an IPv4 address (RFC 4291 §2.5.5.2). */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** Whether both are the same address and port. */
export function isSameAddress(a: TransportAddress, b: TransportAddress): boolean {
  return a.port === b.port && isSameHost(a.address, b.address);
}

/** Whether two IP literals, as systems write them, are one address. */
export function isSameHost(a: string, b: string): boolean {
  return a === b || a.replace(MAPPED, '') === b.replace(MAPPED, '');
}

/** Whether this stands for "send nothing" (RFC 3264 §8.4, the hold of RFC 2543). */
export function isNobody({ address, port }: TransportAddress): boolean {
  return port === 0 || UNSPECIFIED.has(address);
}

/** Whether an IP literal is this machine itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address);
}
