import { splitBitRate } from './exponent-mantissa.ts';
import { type RawRtcpPacket, RtcpPacketType } from './header.ts';

/** Picture loss indication, RFC 4585 §6.3.1. */
export interface Pli {
  readonly type: 'pli';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
}

/** Full intra request, RFC 5104 §4.3.1. */
export interface Fir {
  readonly type: 'fir';
  readonly senderSsrc: number;
  readonly entries: readonly FirEntry[];
}

/** One request in a FIR (RFC 5104 §4.3.1.1). */
export interface FirEntry {
  /** The media sender that is spoken to. */
  readonly ssrc: number;
  /** 0 to 255: grows by one with each new request; a repetition of a request carries the same. */
  readonly sequenceNumber: number;
}

/** Receiver estimated maximum bit rate, draft-alvestrand-rmcat-remb-03 §2.2. */
export interface Remb {
  readonly type: 'remb';
  readonly senderSsrc: number;
  /** bit/s for all named sources together. Written rounded down to 18 significant bits. */
  readonly bitRate: number;
  /** At most 255. */
  readonly ssrcs: readonly number[];
}

const FMT_PLI = 1;
const FMT_FIR = 4;
const FMT_APPLICATION_LAYER = 15;
const HEADER_LENGTH = 8;
const REMB_IDENTIFIER = 'REMB';
const REMB_MANTISSA_BITS = 18;

/** Undefined when it is cut or of a format that is not known. */
export function parsePayloadFeedback({ body, count }: RawRtcpPacket): Pli | Fir | Remb | undefined {
  if (body.length < HEADER_LENGTH) return undefined;
  const senderSsrc = body.readUInt32BE(0);
  const mediaSsrc = body.readUInt32BE(4);
  const control = body.subarray(HEADER_LENGTH);
  if (count === FMT_PLI) return { type: 'pli', senderSsrc, mediaSsrc };
  if (count === FMT_FIR) return { type: 'fir', senderSsrc, entries: parseFirEntries(control, mediaSsrc) };
  if (count === FMT_APPLICATION_LAYER) return parseRemb(control, senderSsrc);
  return undefined;
}

/** @throws RangeError when a REMB names more than 255 sources. */
export function rawPayloadFeedback(packet: Pli | Fir | Remb): RawRtcpPacket {
  const header = Buffer.allocUnsafe(HEADER_LENGTH);
  header.writeUInt32BE(packet.senderSsrc >>> 0, 0);
  // RFC 5104 §4.3.1.2 and REMB §2.2: only a PLI names its source here.
  header.writeUInt32BE(packet.type === 'pli' ? packet.mediaSsrc >>> 0 : 0, 4);
  const formats = { pli: FMT_PLI, fir: FMT_FIR, remb: FMT_APPLICATION_LAYER } as const;
  const control =
    packet.type === 'pli' ? [] : packet.type === 'fir' ? packet.entries.map(writeFirEntry) : writeRemb(packet);
  return {
    packetType: RtcpPacketType.PAYLOAD_FEEDBACK,
    count: formats[packet.type],
    body: Buffer.concat([header, ...control]),
  };
}

/** Some senders name the source in the header alone, as in a PLI: then that is the entry, with sequence number 0. */
function parseFirEntries(control: Buffer, mediaSsrc: number): FirEntry[] {
  const entries: FirEntry[] = [];
  for (let offset = 0; offset + 8 <= control.length; offset += 8) {
    entries.push({ ssrc: control.readUInt32BE(offset), sequenceNumber: control.readUInt8(offset + 4) });
  }
  return entries.length > 0 ? entries : [{ ssrc: mediaSsrc, sequenceNumber: 0 }];
}

function writeFirEntry({ ssrc, sequenceNumber }: FirEntry): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(ssrc >>> 0, 0);
  bytes.writeUInt8(sequenceNumber & 0xff, 4);
  return bytes;
}

function parseRemb(control: Buffer, senderSsrc: number): Remb | undefined {
  if (control.length < 8 || control.toString('latin1', 0, 4) !== REMB_IDENTIFIER) return undefined;
  const count = control.readUInt8(4);
  if (control.length < 8 + 4 * count) return undefined;
  const word = control.readUIntBE(5, 3);
  return {
    type: 'remb',
    senderSsrc,
    bitRate: (word & 0x3ffff) * 2 ** (word >>> REMB_MANTISSA_BITS),
    ssrcs: Array.from({ length: count }, (_, index) => control.readUInt32BE(8 + 4 * index)),
  };
}

function writeRemb({ bitRate, ssrcs }: Remb): Buffer[] {
  if (ssrcs.length > 255) throw new RangeError(`a REMB cannot name ${ssrcs.length} sources`);
  const { exponent, mantissa } = splitBitRate(bitRate, REMB_MANTISSA_BITS);
  const bytes = Buffer.allocUnsafe(8 + 4 * ssrcs.length);
  bytes.write(REMB_IDENTIFIER, 0, 'latin1');
  bytes.writeUInt8(ssrcs.length, 4);
  bytes.writeUIntBE((exponent << REMB_MANTISSA_BITS) | mantissa, 5, 3);
  for (const [index, ssrc] of ssrcs.entries()) bytes.writeUInt32BE(ssrc >>> 0, 8 + 4 * index);
  return [bytes];
}
