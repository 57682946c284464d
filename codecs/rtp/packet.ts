/** An RTP packet, RFC 3550 §5.1, without what the engine has no use for (CSRC list, header extension, padding). */
export interface RtpPacket {
  /** 0 to 127. */
  readonly payloadType: number;
  /** RFC 3551 §4.1: first packet of a talkspurt (audio), last packet of a picture (video). */
  readonly marker: boolean;
  /** 0 to 65535. */
  readonly sequenceNumber: number;
  /** 0 to 2^32 - 1, in units of the payload type's clock. */
  readonly timestamp: number;
  /** 0 to 2^32 - 1. */
  readonly ssrc: number;
  /** A view into the datagram when parsed: it lives as long as the datagram's buffer is left alone. */
  readonly payload: Uint8Array;
}

const HEADER_LENGTH = 12;
const VERSION = 2;

/**
 * Reads a datagram as RTP (RFC 3550 §5.1, §5.3.1). The payload is a view, nothing is copied.
 * Returns undefined when the datagram is not RTP version 2 or when CSRC list, header extension or padding do not fit in it.
 */
export function parseRtpPacket(data: Uint8Array): RtpPacket | undefined {
  if (data.length < HEADER_LENGTH) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const first = view.getUint8(0);
  const second = view.getUint8(1);
  if (first >> 6 !== VERSION) return undefined;

  let start = HEADER_LENGTH + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (start + 4 > data.length) return undefined;
    start += 4 + 4 * view.getUint16(start + 2);
  }
  let end = data.length;
  if (start > end) return undefined;
  if ((first & 0x20) !== 0) {
    if (start === end) return undefined;
    const padding = view.getUint8(end - 1);
    if (padding === 0 || padding > end - start) return undefined;
    end -= padding;
  }
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequenceNumber: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: data.subarray(start, end),
  };
}

/**
 * Writes an RTP packet with a 12-octet header (RFC 3550 §5.1).
 * Sequence number, timestamp and SSRC are taken modulo 2^16 and 2^32, so that extended counters may be given.
 * @throws RangeError when the payload type is not 0 to 127.
 */
export function writeRtpPacket(packet: RtpPacket): Buffer {
  const { payloadType } = packet;
  if (!Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) {
    throw new RangeError(`RTP payload type ${payloadType} is not in 0 to 127`);
  }
  const data = Buffer.allocUnsafe(HEADER_LENGTH + packet.payload.length);
  data[0] = VERSION << 6;
  data[1] = (packet.marker ? 0x80 : 0) | payloadType;
  data.writeUInt16BE(packet.sequenceNumber & 0xffff, 2);
  data.writeUInt32BE(packet.timestamp >>> 0, 4);
  data.writeUInt32BE(packet.ssrc >>> 0, 8);
  data.set(packet.payload, HEADER_LENGTH);
  return data;
}

/**
 * Whether a datagram that came on a port shared by RTP and RTCP is RTCP (RFC 5761 §4): version 2 and an RTCP packet type
 * of 192 to 223, which as RTP would be payload types 64 to 95 with the marker; those are never negotiated with rtcp-mux.
 */
export function isRtcp(data: Uint8Array): boolean {
  if (data.length < 4) return false;
  const [first = 0, second = 0] = data;
  return first >> 6 === VERSION && second >= 192 && second <= 223;
}
