import type { RtpPacket } from './packet.ts';

/** How fast packets go out, and how many may wait for how long. */
export interface PacerOptions {
  /** bit/s on the line at which packets go out. */
  readonly rate: number;
  /** Packets that wait at most; default 2000. A picture that would exceed it is refused whole. */
  readonly maxPackets?: number;
  /** The longest that a packet shall wait, in ms; default 250. With more in the queue, the rate rises until it holds. */
  readonly maxDelayMs?: number;
}

/** RTP, UDP and IPv4 headers: what a packet takes on the line beside its payload. */
const HEADERS_LENGTH = 12 + 8 + 20;
const DEFAULT_MAX_PACKETS = 2000;
/** How far behind its schedule the pacer may be and still catch up, in ms: timers come late, and that must not lower the rate. */
const CATCH_UP_MS = 20;

/** Spreads the packets of pictures over time, in order: so that a key frame does not fill the queues of the line at once. */
export class Pacer {
  readonly #maxPackets: number;
  readonly #maxDelayMs: number;
  #rate: number;
  #queue: RtpPacket[] = [];
  #queuedBits = 0;
  /** bit/s that bring the queue out in time, found whenever something joins it. */
  #drainRate = 0;
  /** When the next packet may go. */
  #nextAt = Number.NEGATIVE_INFINITY;

  /** @throws RangeError when the rate is not positive. */
  constructor(options: PacerOptions) {
    this.#maxPackets = options.maxPackets ?? DEFAULT_MAX_PACKETS;
    this.#maxDelayMs = options.maxDelayMs ?? 250;
    this.#rate = checked(options.rate);
  }

  /** bit/s on the line. */
  get rate(): number {
    return this.#rate;
  }

  /** @throws RangeError when the rate is not positive. */
  set rate(rate: number) {
    this.#rate = checked(rate);
  }

  /** Packets that wait. */
  get queued(): number {
    return this.#queue.length;
  }

  /**
   * Takes the packets of a picture, to follow those that wait.
   * @returns false when the queue has no room for all of them: then none is taken, and the picture is lost as a whole.
   */
  enqueue(packets: readonly RtpPacket[], now: number): boolean {
    if (this.#queue.length + packets.length > this.#maxPackets) return false;
    if (this.#queue.length === 0) this.#nextAt = Math.max(this.#nextAt, now);
    this.#queue.push(...packets);
    for (const packet of packets) this.#queuedBits += bitsOnLine(packet);
    this.#drainRate = (this.#queuedBits * 1000) / this.#maxDelayMs;
    return true;
  }

  /** The packets that go out now, in order; they leave the queue. */
  due(now: number): RtpPacket[] {
    this.#nextAt = Math.max(this.#nextAt, now - CATCH_UP_MS);
    let count = 0;
    for (const packet of this.#queue) {
      if (this.#nextAt > now) break;
      const bits = bitsOnLine(packet);
      this.#nextAt += (bits * 1000) / Math.max(this.#rate, this.#drainRate);
      this.#queuedBits -= bits;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** When the next packet is due (ms); undefined when none waits. */
  nextAt(): number | undefined {
    return this.#queue.length === 0 ? undefined : this.#nextAt;
  }
}

function bitsOnLine(packet: RtpPacket): number {
  return 8 * (packet.payload.length + HEADERS_LENGTH);
}

function checked(rate: number): number {
  if (!(rate > 0)) throw new RangeError(`a pacing rate of ${rate} bit/s cannot be kept`);
  return rate;
}
