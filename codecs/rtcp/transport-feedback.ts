import { splitBitRate } from './exponent-mantissa.ts';
import { type RawRtcpPacket, RtcpPacketType } from './header.ts';

/** Generic NACK, RFC 4585 §6.2.1. */
export interface Nack {
  readonly type: 'nack';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
  /** 0 to 65535 each. Read: in the order of the packet. Written: put in order and combined. */
  readonly sequenceNumbers: readonly number[];
}

/** One entry of a TMMBR or TMMBN, RFC 5104 §4.2.1.1. */
export interface MaximumBitRate {
  /** TMMBR: the media sender that is spoken to. TMMBN: the owner of the limit. */
  readonly ssrc: number;
  /** bit/s, headers as in `overhead` included. Written rounded down to 17 significant bits. */
  readonly bitRate: number;
  /** Octets of header a packet that the rate counts: 0 to 511. */
  readonly overhead: number;
}

/** Temporary maximum media stream bit rate request, RFC 5104 §4.2.1. */
export interface Tmmbr {
  readonly type: 'tmmbr';
  readonly senderSsrc: number;
  readonly entries: readonly MaximumBitRate[];
}

/** Its notification, RFC 5104 §4.2.2: the limits that the media sender keeps. */
export interface Tmmbn {
  readonly type: 'tmmbn';
  readonly senderSsrc: number;
  readonly entries: readonly MaximumBitRate[];
}

/** Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1), not taken apart. */
export interface TransportCc {
  readonly type: 'transport-cc';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
  /** From the base sequence number on. A view. */
  readonly feedback: Buffer;
}

const FMT_NACK = 1;
const FMT_TMMBR = 3;
const FMT_TMMBN = 4;
const FMT_TRANSPORT_CC = 15;
const HEADER_LENGTH = 8;
/** Entries of a NACK that are read; each names up to 17 packets, and nobody misses more at once and still hopes. */
const MAXIMUM_NACK_ENTRIES = 256;
const TMMBR_MANTISSA_BITS = 17;

/** Undefined when it is cut or of a format that is not known. */
export function parseTransportFeedback({ body, count }: RawRtcpPacket): Nack | Tmmbr | Tmmbn | TransportCc | undefined {
  if (body.length < HEADER_LENGTH) return undefined;
  const senderSsrc = body.readUInt32BE(0);
  const mediaSsrc = body.readUInt32BE(4);
  const control = body.subarray(HEADER_LENGTH);
  if (count === FMT_NACK) return { type: 'nack', senderSsrc, mediaSsrc, sequenceNumbers: parseNackEntries(control) };
  if (count === FMT_TMMBR) return { type: 'tmmbr', senderSsrc, entries: parseMaximumBitRates(control) };
  if (count === FMT_TMMBN) return { type: 'tmmbn', senderSsrc, entries: parseMaximumBitRates(control) };
  if (count === FMT_TRANSPORT_CC) return { type: 'transport-cc', senderSsrc, mediaSsrc, feedback: control };
  return undefined;
}

/** Transport layer feedback as the packet that it is written as (RFC 4585 §6.2, RFC 5104 §4.2). */
export function rawTransportFeedback(packet: Nack | Tmmbr | Tmmbn): RawRtcpPacket {
  const header = Buffer.allocUnsafe(HEADER_LENGTH);
  header.writeUInt32BE(packet.senderSsrc >>> 0, 0);
  // RFC 5104 §4.2.1.2: not used with TMMBR and TMMBN, and shall be 0.
  header.writeUInt32BE(packet.type === 'nack' ? packet.mediaSsrc >>> 0 : 0, 4);
  const formats = { nack: FMT_NACK, tmmbr: FMT_TMMBR, tmmbn: FMT_TMMBN } as const;
  const control =
    packet.type === 'nack' ? writeNackEntries(packet.sequenceNumbers) : packet.entries.map(writeMaximumBitRate);
  return {
    packetType: RtcpPacketType.TRANSPORT_FEEDBACK,
    count: formats[packet.type],
    body: Buffer.concat([header, ...control]),
  };
}

function parseNackEntries(control: Buffer): number[] {
  const sequenceNumbers: number[] = [];
  const end = Math.min(control.length - (control.length % 4), 4 * MAXIMUM_NACK_ENTRIES);
  for (let offset = 0; offset < end; offset += 4) {
    const packetId = control.readUInt16BE(offset);
    const bitmask = control.readUInt16BE(offset + 2);
    sequenceNumbers.push(packetId);
    for (let bit = 0; bit < 16; bit++) {
      if ((bitmask & (1 << bit)) !== 0) sequenceNumbers.push((packetId + bit + 1) & 0xffff);
    }
  }
  return sequenceNumbers;
}

function writeNackEntries(sequenceNumbers: readonly number[]): Buffer[] {
  const entries: { packetId: number; bitmask: number }[] = [];
  for (const sequenceNumber of inOrder(sequenceNumbers)) {
    const last = entries.at(-1);
    const distance = last ? (sequenceNumber - last.packetId) & 0xffff : 0;
    if (last && distance >= 1 && distance <= 16) last.bitmask |= 1 << (distance - 1);
    else if (!last || distance !== 0) entries.push({ packetId: sequenceNumber, bitmask: 0 });
  }
  return entries.map(({ packetId, bitmask }) => {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt16BE(packetId, 0);
    bytes.writeUInt16BE(bitmask, 2);
    return bytes;
  });
}

/** Ascending from the first one named, across the wrap. */
function inOrder(sequenceNumbers: readonly number[]): number[] {
  const [first = 0] = sequenceNumbers;
  const distances = sequenceNumbers.map((sequenceNumber) => ((sequenceNumber - first) << 16) >> 16);
  return distances.sort((a, b) => a - b).map((distance) => (first + distance) & 0xffff);
}

function parseMaximumBitRates(control: Buffer): MaximumBitRate[] {
  const entries: MaximumBitRate[] = [];
  for (let offset = 0; offset + 8 <= control.length; offset += 8) {
    const word = control.readUInt32BE(offset + 4);
    const bitRate = ((word >>> 9) & 0x1ffff) * 2 ** (word >>> 26);
    entries.push({ ssrc: control.readUInt32BE(offset), bitRate, overhead: word & 0x1ff });
  }
  return entries;
}

function writeMaximumBitRate({ ssrc, bitRate, overhead }: MaximumBitRate): Buffer {
  const { exponent, mantissa } = splitBitRate(bitRate, TMMBR_MANTISSA_BITS);
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeUInt32BE(ssrc >>> 0, 0);
  bytes.writeUInt32BE(((exponent << 26) | (mantissa << 9) | (overhead & 0x1ff)) >>> 0, 4);
  return bytes;
}
