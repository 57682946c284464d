import { isIPv6 } from 'node:net';

/**
 * What limits count by. Addresses that one subscriber may have at will are one source: an IPv6 /64 (RFC 6177 §2), written
 * `2001:db8:1:2::/64`. An IPv4 address is itself, also where it is mapped into IPv6 (RFC 4291 §2.5.5.2). What is no
 * address stays as it is.
 */
export function sourceKey(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const network = [...left, ...Array.from({ length: zeros }, () => '0'), ...right].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
