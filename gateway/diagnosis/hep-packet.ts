import { isIPv6 } from 'node:net';
import { octets4, octets6 } from './ip-packet.ts';

/** A SIP message for a capture server. */
export interface HepMessage {
  readonly protocol: 'udp' | 'tcp';
  readonly from: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
  /** Unix time, ms. */
  readonly at: number;
  /** Which capture agent this is. */
  readonly agent: number;
  /** What joins messages to one call: the Call-ID. */
  readonly correlation: string;
  readonly payload: Buffer;
}

/** Chunk types of vendor 0 (HEP3 network protocol specification, revision 36, table of generic chunk types). */
const CHUNK = {
  family: 0x0001,
  protocol: 0x0002,
  source4: 0x0003,
  destination4: 0x0004,
  source6: 0x0005,
  destination6: 0x0006,
  sourcePort: 0x0007,
  destinationPort: 0x0008,
  seconds: 0x0009,
  microseconds: 0x000a,
  payloadType: 0x000b,
  agent: 0x000c,
  payload: 0x000f,
  correlation: 0x0011,
} as const;
/** The specification's numbers for address families, transports and payloads. */
const [FAMILY_IPV4, FAMILY_IPV6, UDP, TCP, SIP] = [2, 10, 17, 6, 1] as const;

/** Writes a HEP version 3 packet: `HEP3`, the length of all, then chunks, each with vendor, type and its own length. */
export function hepPacket({ protocol, from, to, at, agent, correlation, payload }: HepMessage): Buffer {
  const isVersion6 = isIPv6(from.address) || isIPv6(to.address);
  const micros = Math.round(at * 1000);
  const addresses = isVersion6
    ? [chunk(CHUNK.source6, octets6(from.address)), chunk(CHUNK.destination6, octets6(to.address))]
    : [chunk(CHUNK.source4, octets4(from.address)), chunk(CHUNK.destination4, octets4(to.address))];
  const body = Buffer.concat([
    chunk(CHUNK.family, uint(1, isVersion6 ? FAMILY_IPV6 : FAMILY_IPV4)),
    chunk(CHUNK.protocol, uint(1, protocol === 'udp' ? UDP : TCP)),
    ...addresses,
    chunk(CHUNK.sourcePort, uint(2, from.port)),
    chunk(CHUNK.destinationPort, uint(2, to.port)),
    chunk(CHUNK.seconds, uint(4, Math.floor(micros / 1e6))),
    chunk(CHUNK.microseconds, uint(4, micros % 1e6)),
    chunk(CHUNK.payloadType, uint(1, SIP)),
    chunk(CHUNK.agent, uint(4, agent)),
    chunk(CHUNK.correlation, Buffer.from(correlation, 'latin1')),
    chunk(CHUNK.payload, payload),
  ]);
  const header = Buffer.alloc(6);
  header.write('HEP3', 'latin1');
  header.writeUInt16BE(header.length + body.length, 4);
  return Buffer.concat([header, body]);
}

function chunk(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt16BE(type, 2);
  header.writeUInt16BE(header.length + value.length, 4);
  return Buffer.concat([header, value]);
}

function uint(octets: number, value: number): Buffer {
  const bytes = Buffer.alloc(octets);
  bytes.writeUIntBE(value, 0, octets);
  return bytes;
}
