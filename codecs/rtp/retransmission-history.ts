import type { RtpPacket } from './packet.ts';

/** How many sent packets are kept for who asks for them again, and for how long. */
export interface RetransmissionHistoryOptions {
  /** How many packets are remembered; default 512, at most 32768. */
  readonly maxPackets?: number;
  /** For how long, in ms; default 1000: later, nobody waits for them. */
  readonly maxAgeMs?: number;
}

interface Sent {
  readonly packet: RtpPacket;
  readonly sentAt: number;
  /** When it went out last, for the first time or again. */
  lastSentAt: number;
}

/** The packets sent last, to answer generic NACK (RFC 4585 §6.2.1). Payloads must stay as they are while remembered. */
export class RetransmissionHistory {
  readonly #ring: (Sent | undefined)[];
  readonly #maxAgeMs: number;

  /** @throws RangeError when `maxPackets` is not 1 to 32768. */
  constructor(options: RetransmissionHistoryOptions = {}) {
    const { maxPackets = 512, maxAgeMs = 1000 } = options;
    if (!Number.isInteger(maxPackets) || maxPackets < 1 || maxPackets > 32768) {
      throw new RangeError(`a history of ${maxPackets} packets is not in 1 to 32768`);
    }
    // A power of two divides 2^16: so neighbours do not meet in one place when the sequence number wraps.
    this.#ring = new Array<Sent | undefined>(2 ** Math.ceil(Math.log2(maxPackets))).fill(undefined);
    this.#maxAgeMs = maxAgeMs;
  }

  /** Remembers a packet that is being sent. @param now ms. */
  store(packet: RtpPacket, now: number): void {
    this.#ring[packet.sequenceNumber % this.#ring.length] = { packet, sentAt: now, lastSentAt: now };
  }

  /**
   * The packet to send again, which counts as sent now. Undefined when it is not remembered any more, or when it went out less
   * than `holdMs` ago: a request that crossed it, or an attempt to make us send much for little.
   * @param sequenceNumber 0 to 65535.
   * @param holdMs about the round-trip time.
   */
  take(sequenceNumber: number, now: number, holdMs = 0): RtpPacket | undefined {
    const sent = this.#ring[sequenceNumber % this.#ring.length];
    if (sent?.packet.sequenceNumber !== sequenceNumber || now - sent.sentAt > this.#maxAgeMs) return undefined;
    if (now - sent.lastSentAt < holdMs) return undefined;
    sent.lastSentAt = now;
    return sent.packet;
  }
}
