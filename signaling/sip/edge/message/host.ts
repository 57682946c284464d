import { isIP, isIPv4, isIPv6, SocketAddress } from 'node:net';

/** A host with an optional port, as in a URI or a Via. IPv6 literals stand without their brackets. */
export interface HostPort {
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * Reads `host [":" port]` (RFC 3261 §25.1); blanks round the colon are tolerated.
 * @returns undefined where the host is neither a name nor an address, or the port not in 1..65535
 */
export function readHostPort(text: string): HostPort | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) {
    const end = trimmed.indexOf(']');
    // RFC 3261 as first printed let three colons through (RFC 5118 §4.10).
    const host = trimmed.slice(1, end).replace(':::', '::');
    if (end < 0 || !isIPv6(host)) return undefined;
    return withPort(host, trimmed.slice(end + 1).trim());
  }
  const colon = trimmed.indexOf(':');
  const host = (colon < 0 ? trimmed : trimmed.slice(0, colon)).trim();
  if (!/^[A-Za-z0-9_.-]{1,253}$/.test(host)) return undefined;
  return withPort(host, colon < 0 ? '' : trimmed.slice(colon));
}

function withPort(host: string, rest: string): HostPort | undefined {
  if (rest === '') return { host, port: undefined };
  const digits = rest.slice(1).trim();
  if (!rest.startsWith(':') || !/^[0-9]{1,5}$/.test(digits)) return undefined;
  const port = Number(digits);
  return port >= 1 && port <= 65535 ? { host, port } : undefined;
}

/**
 * Writes a host as it stands in URIs and Via: an IPv6 literal in brackets (RFC 3261 §25.1, `IPv6reference`) and without
 * zone, which means nothing on other machines (RFC 4007 §11.2).
 */
function formatHost(host: string): string {
  return isIPv6(host) ? `[${withoutZone(host)}]` : host;
}

/** Takes the zone off a link-local IPv6 literal (RFC 4007 §11). */
export function withoutZone(address: string): string {
  const percent = address.indexOf('%');
  return percent < 0 ? address : address.slice(0, percent);
}

/** Takes off the IPv4-mapped prefix that dual-stack sockets report and peers write (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address;
}

/** Whether two hosts are the same text or the same address, however they are written (RFC 5952 §2). */
export function sameHost(one: string, other: string): boolean {
  if (one === other) return true;
  return isAddress(one) && isAddress(other) && canonicalAddress(one) === canonicalAddress(other);
}

function canonicalAddress(address: string): string {
  if (!isIPv6(address)) return address;
  return plainAddress(new SocketAddress({ address: withoutZone(address), family: 'ipv6' }).address);
}

/** Writes `host:port`, or the host alone. */
export function formatHostPort(host: string, port: number | undefined): string {
  return port === undefined ? formatHost(host) : `${formatHost(host)}:${port}`;
}

/** Whether the text is an IPv4 or IPv6 literal. */
export function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}
