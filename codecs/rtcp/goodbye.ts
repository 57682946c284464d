import { type RawRtcpPacket, RtcpPacketType } from './header.ts';

/** RFC 3550 §6.6: sources that end. */
export interface Goodbye {
  readonly type: 'goodbye';
  /** At most 31. */
  readonly ssrcs: readonly number[];
}

/** Undefined when it is cut; the reason for leaving is not read. */
export function parseGoodbye({ body, count }: RawRtcpPacket): Goodbye | undefined {
  if (body.length < 4 * count) return undefined;
  return { type: 'goodbye', ssrcs: Array.from({ length: count }, (_, index) => body.readUInt32BE(4 * index)) };
}

/** A BYE as the packet that it is written as (RFC 3550 §6.6). */
export function rawGoodbye({ ssrcs }: Goodbye): RawRtcpPacket {
  const body = Buffer.allocUnsafe(4 * ssrcs.length);
  for (const [index, ssrc] of ssrcs.entries()) body.writeUInt32BE(ssrc >>> 0, 4 * index);
  return { packetType: RtcpPacketType.GOODBYE, count: ssrcs.length, body };
}
