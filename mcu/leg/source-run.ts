import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { sequenceNumberDelta, timestampDelta } from '#codecs/rtp/sequence-number.ts';

/** Octets of payload that a packet of media has: none comes larger over the networks of the world. */
const LARGEST_PAYLOAD = 2000;
/** ms between two packets of a run at the most; silence suppression has longer ones, and proves itself later. */
const LONGEST_PAUSE = 1000;
/** ms that timestamps may be ahead of, or behind, the time that has passed: pictures in bursts, clocks that are a little off. */
const CLOCK_MARGIN = 2000;
/** The longest run that is asked for. */
const MAXIMUM_HELD = 8;

/**
 * Packets in sequence from one address (RFC 3550 §A.1): one SSRC, each number one above the one before, timestamps that keep to the
 * clock, payloads of a plausible size. What is held is handed out when the address is believed: nothing of a first key frame is lost.
 */
export class SourceRun {
  #packets: RtpPacket[] = [];
  #at = Number.NEGATIVE_INFINITY;

  /**
   * Adds a packet of a negotiated payload type; one that does not go on from those before begins the run anew.
   * @param clockRate of its payload type, Hz
   * @param now ms
   * @returns length of the run; 0 where the packet cannot be media
   */
  add(packet: RtpPacket, clockRate: number, now: number): number {
    const last = this.#packets.at(-1);
    if (packet.payload.length === 0 || packet.payload.length > LARGEST_PAYLOAD) {
      this.#packets = [];
      return 0;
    }
    const goesOn =
      last !== undefined &&
      last.ssrc === packet.ssrc &&
      sequenceNumberDelta(last.sequenceNumber, packet.sequenceNumber) === 1 &&
      now - this.#at <= LONGEST_PAUSE &&
      Math.abs((timestampDelta(last.timestamp, packet.timestamp) * 1000) / clockRate - (now - this.#at)) <=
        CLOCK_MARGIN;
    this.#packets = goesOn ? [...this.#packets, packet].slice(-MAXIMUM_HELD) : [packet];
    this.#at = now;
    return this.#packets.length;
  }

  /** The packets of the run, in sequence. */
  get packets(): readonly RtpPacket[] {
    return this.#packets;
  }
}
