import type { RtpPacket } from '#codecs/rtp/packet.ts';

/** A packet as a depacketiser is given it. */
export interface SequencePacket {
  readonly packet: RtpPacket;
  /** Packets that never came before it. */
  readonly lostBefore: number;
}

/** What the low five bits of the first octet mean: how far the timestamp goes on. */
const TIMESTAMP_STEPS = [0, 3000, 160, 960, 1, -160, -3000, 65_535, 2 ** 31, 32_000, -32_000] as const;
/** What the two bits above them mean. */
const LOSSES = [0, 1, 3, 100] as const;
const HEADER_LENGTH = 3;

/**
 * Reads any bytes as a sequence of RTP packets of one source, so that an input of one piece says all that depacketisers are
 * told: an octet of marker, losses and timestamp step, two octets of length, that many of payload, and so on.
 */
export function readSequence(input: Buffer): SequencePacket[] {
  const packets: SequencePacket[] = [];
  let timestamp = 0xffff_0000;
  let sequenceNumber = 0xfff0;
  for (let offset = 0; offset + HEADER_LENGTH <= input.length; ) {
    const flags = input.readUInt8(offset);
    const length = input.readUInt16BE(offset + 1);
    const payload = input.subarray(offset + HEADER_LENGTH, offset + HEADER_LENGTH + length);
    offset += HEADER_LENGTH + length;
    const lostBefore = LOSSES[(flags >> 5) & 3] ?? 0;
    timestamp = (timestamp + (TIMESTAMP_STEPS[flags & 0x1f] ?? 0)) >>> 0;
    sequenceNumber = (sequenceNumber + lostBefore + 1) & 0xffff;
    const marker = (flags & 0x80) !== 0;
    packets.push({ packet: { payloadType: 96, marker, sequenceNumber, timestamp, ssrc: 1, payload }, lostBefore });
  }
  return packets;
}

/** Writes packets without loss as `readSequence` reads them; every other timestamp is taken for the next picture. */
export function writeSequence(packets: readonly Pick<RtpPacket, 'marker' | 'timestamp' | 'payload'>[]): Buffer {
  let last = packets[0]?.timestamp;
  return Buffer.concat(
    packets.flatMap(({ marker, timestamp, payload }) => {
      const header = Buffer.alloc(HEADER_LENGTH);
      header[0] = (marker ? 0x80 : 0) | (timestamp === last ? 0 : 1);
      header.writeUInt16BE(payload.length, 1);
      last = timestamp;
      return [header, payload];
    }),
  );
}

/** RTP payloads of one picture after another, cut into runs of so many packets: seeds of a handy size. */
export function inRuns<T>(packets: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(packets.length / length) }, (_, run) =>
    packets.slice(run * length, (run + 1) * length),
  );
}
