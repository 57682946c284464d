import type { RtpPacket } from '../packet.ts';

/** Turns an encoded picture into the payloads of RTP packets that share one timestamp. */
export interface VideoPacketiser {
  /**
   * @param frame H.264: one access unit as Annex B; VP8: one frame.
   * @returns the payloads in sending order, the marker on the last; empty when the frame holds nothing to send.
   * Payloads may be views of `frame`: leave it alone until they are sent.
   */
  packetise(frame: Uint8Array): PacketisedPayload[];
}

/** What differs from packet to packet of one picture. */
export interface PacketisedPayload {
  readonly payload: Uint8Array;
  readonly marker: boolean;
}

/** An encoded picture, put together from RTP packets. */
export interface EncodedFrame {
  /** H.264: the access unit as Annex B with 4-octet start codes; VP8: the frame. Never empty, never a view of a datagram. */
  readonly data: Buffer;
  /** The RTP timestamp of the picture, 0 to 2^32 - 1. */
  readonly timestamp: number;
  /** Whether a decoder can begin here. */
  readonly isKeyFrame: boolean;
  /**
   * Whether packets of this picture are missing or may be: packets lost just before its first packet count,
   * except before a key frame whose beginning is recognisable.
   * So every loss makes some picture corrupt, and a key frame that is not corrupt heals everything before it.
   */
  readonly isCorrupt: boolean;
}

/** Puts pictures together from the packets of one source, given in order (see ReorderBuffer). */
export interface VideoDepacketiser {
  /**
   * @param packet the next packet in sequence.
   * @param lostBefore how many packets between the packet pushed before and this one never came.
   * @returns the pictures that this packet completes, mostly none or one. Never throws, whatever the payload.
   */
  push(packet: RtpPacket, lostBefore: number): EncodedFrame[];
}

/** The longest picture that is put together, in octets: what a stranger may make us hold for one picture. */
export const MAXIMUM_FRAME_LENGTH = 4 * 1024 * 1024;

/** The least `maximumPayload` that a packetiser takes: below, headers outweigh what they carry. */
const LEAST_MAXIMUM_PAYLOAD = 64;

/** @throws RangeError when no packet can be made with this maximum. */
export function checkMaximumPayload(maximumPayload: number): void {
  if (!Number.isInteger(maximumPayload) || maximumPayload < LEAST_MAXIMUM_PAYLOAD || maximumPayload > 65000) {
    throw new RangeError(`maximum RTP payload of ${maximumPayload} octets is not in ${LEAST_MAXIMUM_PAYLOAD} to 65000`);
  }
}
