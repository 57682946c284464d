import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** The IPv4 addresses under which this machine can be reached, loopback last. */
export function localAddresses(): string[] {
  const all = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4');
  return [...all.filter(({ internal }) => !internal), ...all.filter(({ internal }) => internal)].map(
    ({ address }) => address,
  );
}

/** An IP literal as the host of a URL: IPv6 in brackets (RFC 3986 §3.2.2). */
export function urlHost(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
