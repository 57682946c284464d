/** packet type: RFC 3550 §12.1, RFC 4585 §6.1. */
export const RtcpPacketType = {
  SENDER_REPORT: 200,
  RECEIVER_REPORT: 201,
  SOURCE_DESCRIPTION: 202,
  GOODBYE: 203,
  TRANSPORT_FEEDBACK: 205,
  PAYLOAD_FEEDBACK: 206,
} as const;

/** One packet of a compound, taken apart no further than its common header (RFC 3550 §6.4.1). */
export interface RawRtcpPacket {
  /** RC, SC or FMT: the five bits after version and padding. */
  readonly count: number;
  /** 0 to 255. */
  readonly packetType: number;
  /** What follows the four octets of header, without padding. A view. */
  readonly body: Buffer;
}

const VERSION = 2;
const HEADER_LENGTH = 4;

/**
 * Splits a datagram into RTCP packets (RFC 3550 §6.1, §A.2; RFC 5506: any packet may stand first).
 * Undefined unless every header is right and the lengths add up to the datagram's.
 */
export function splitCompound(data: Uint8Array): RawRtcpPacket[] | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const packets: RawRtcpPacket[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (offset + HEADER_LENGTH > bytes.length) return undefined;
    const first = bytes.readUInt8(offset);
    if (first >> 6 !== VERSION) return undefined;
    const end = offset + HEADER_LENGTH + 4 * bytes.readUInt16BE(offset + 2);
    if (end > bytes.length) return undefined;
    let bodyEnd = end;
    if ((first & 0x20) !== 0) {
      const padding = bytes.readUInt8(end - 1);
      if (end !== bytes.length || padding === 0 || padding % 4 !== 0 || padding > end - offset - HEADER_LENGTH) {
        return undefined;
      }
      bodyEnd -= padding;
    }
    packets.push({
      count: first & 0x1f,
      packetType: bytes.readUInt8(offset + 1),
      body: bytes.subarray(offset + HEADER_LENGTH, bodyEnd),
    });
    offset = end;
  }
  return packets.length === 0 ? undefined : packets;
}

/**
 * Puts the common header before a body.
 * @param count 0 to 31.
 * @throws RangeError when the body is no multiple of four octets or too long, or the count does not fit.
 */
export function writeRawPacket({ count, packetType, body }: RawRtcpPacket): Buffer {
  if (count > 31 || body.length % 4 !== 0 || body.length > 4 * 0xffff) {
    throw new RangeError(`an RTCP packet with count ${count} and ${body.length} octets cannot be written`);
  }
  const header = Buffer.allocUnsafe(HEADER_LENGTH);
  header[0] = (VERSION << 6) | count;
  header[1] = packetType;
  header.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([header, body]);
}
