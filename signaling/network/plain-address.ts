const MAPPED = /^::ffff:(?=\d+\.)/i;

/** An IP address as its own family writes it: an IPv4 address is never written as one mapped into IPv6 (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  return address.replace(MAPPED, '');
}
