import { isIPv6, SocketAddress } from 'node:net';

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What an IP packet carries from one end to another. */
export interface Datagram {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly payload: Uint8Array;
}

const [TCP, UDP] = [6, 17] as const;
const HOPS = 64;
/** PSH and ACK: data in a stream that is up (RFC 9293 §3.1). */
const TCP_DATA = 0x18;
const WINDOW = 65_535;

/** A UDP datagram in its IP packet (RFC 768, RFC 791, RFC 8200), IPv6 where one of the ends is. Throws RangeError where it is too long. */
export function udpPacket({ from, to, payload }: Datagram): Buffer {
  const segment = Buffer.alloc(8 + payload.length);
  segment.writeUInt16BE(from.port, 0);
  segment.writeUInt16BE(to.port, 2);
  segment.writeUInt16BE(segment.length, 4);
  segment.set(payload, 8);
  return ipPacket(UDP, from.address, to.address, segment, 6);
}

/** A TCP segment with data in the midst of a connection (RFC 9293 §3.1). `sequence` and `acknowledged` modulo 2^32. */
export function tcpPacket({ from, to, payload }: Datagram, sequence: number, acknowledged: number): Buffer {
  const segment = Buffer.alloc(20 + payload.length);
  segment.writeUInt16BE(from.port, 0);
  segment.writeUInt16BE(to.port, 2);
  segment.writeUInt32BE(sequence >>> 0, 4);
  segment.writeUInt32BE(acknowledged >>> 0, 8);
  segment.writeUInt8(5 << 4, 12);
  segment.writeUInt8(TCP_DATA, 13);
  segment.writeUInt16BE(WINDOW, 14);
  segment.set(payload, 20);
  return ipPacket(TCP, from.address, to.address, segment, 16);
}

function ipPacket(protocol: number, from: string, to: string, segment: Buffer, checksumAt: number): Buffer {
  const isVersion6 = isIPv6(from) || isIPv6(to);
  const [source, destination] = isVersion6 ? [octets6(from), octets6(to)] : [octets4(from), octets4(to)];
  const pseudo = Buffer.alloc(8);
  pseudo.writeUInt32BE(segment.length, 0);
  pseudo.writeUInt32BE(protocol, 4);
  const sum = checksum([source, destination, pseudo, segment]);
  // In UDP, zero says that there is none (RFC 768).
  segment.writeUInt16BE(sum === 0 && protocol === UDP ? 0xffff : sum, checksumAt);
  if (isVersion6) {
    const header = Buffer.alloc(8);
    header.writeUInt8(0x60, 0);
    header.writeUInt16BE(segment.length, 4);
    header.writeUInt8(protocol, 6);
    header.writeUInt8(HOPS, 7);
    return Buffer.concat([header, source, destination, segment]);
  }
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(header.length + segment.length, 2);
  header.writeUInt8(HOPS, 8);
  header.writeUInt8(protocol, 9);
  header.set(source, 12);
  header.set(destination, 16);
  header.writeUInt16BE(checksum([header]), 10);
  return Buffer.concat([header, segment]);
}

/** RFC 1071; every part but the last has an even length. */
function checksum(parts: readonly Buffer[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let offset = 0; offset < part.length; offset += 2) {
      sum += ((part[offset] ?? 0) << 8) | (part[offset + 1] ?? 0);
    }
  }
  while (sum > 0xffff) {
    sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  }
  return ~sum & 0xffff;
}

/** The four octets of an IPv4 address. */
export function octets4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

/** The sixteen octets of an address; IPv4 is written as RFC 4291 §2.5.5.2 maps it. */
export function octets6(address: string): Buffer {
  const plain = isIPv6(address) ? (address.split('%')[0] ?? '') : `::ffff:${address}`;
  // The system's spelling has no zone, but `::` and dotted quads: these are taken apart here.
  const { address: spelled } = new SocketAddress({ address: plain, family: 'ipv6' });
  const [head = '', tail] = spelled.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => 0);
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...before, ...zeros, ...after].entries()) {
    bytes.writeUInt16BE(group, 2 * index);
  }
  return bytes;
}

function groups(text: string): number[] {
  if (text === '') {
    return [];
  }
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) {
      return [Number.parseInt(group, 16)];
    }
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
