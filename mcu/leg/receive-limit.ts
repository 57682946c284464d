/** How much is taken of somebody. */
export interface ReceiveRate {
  /** bit/s of datagrams. */
  readonly bitRate: number;
  /** Datagrams a second. */
  readonly packetRate: number;
}

/** ms of the rate that may come at once: after a network stood still, all that waited comes in one. */
const BURST_MS = 1000;
/** How much more than what is usual is let pass. */
const GENEROSITY = 4;
/** Usual: what a room sends as its picture at the most, bit/s, and in packets of 500 octets. */
const USUAL_PICTURE = 4_000_000;
const SMALL_PACKET = 500;

/** Of a party's sound: four times Opus at its highest rate (RFC 7587 §3.1.1), and packets of 10 ms. */
export const SOUND_RATE: ReceiveRate = { bitRate: GENEROSITY * 510_000, packetRate: GENEROSITY * 100 };
/** Of a party's RTCP: reports and feedback of hundreds of receivers behind a media server. */
export const RTCP_RATE: ReceiveRate = { bitRate: 1_000_000, packetRate: 250 };
/** Of all addresses together that are not the party's, each kind of trust apart: enough to prove one. */
export const UNPROVEN_RATE: ReceiveRate = { bitRate: 2_000_000, packetRate: 200 };

/** Of a party's picture. @param bitRate what goes the other way, bit/s: rooms are mostly as good at sending as at receiving */
export function pictureRate(bitRate: number): ReceiveRate {
  const most = GENEROSITY * Math.max(USUAL_PICTURE, bitRate);
  return { bitRate: most, packetRate: most / (8 * SMALL_PACKET) };
}

/** Lets pass what keeps to a rate, with bursts of a second of it. */
export class ReceiveLimit {
  #rate: ReceiveRate;
  #bits: number;
  #packets: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(rate: ReceiveRate) {
    this.#rate = rate;
    this.#bits = (rate.bitRate * BURST_MS) / 1000;
    this.#packets = (rate.packetRate * BURST_MS) / 1000;
  }

  set rate(rate: ReceiveRate) {
    this.#rate = rate;
  }

  /** Whether a datagram of so many octets at `now` (ms) is taken; if so it counts. */
  admits(octets: number, now: number): boolean {
    const { bitRate, packetRate } = this.#rate;
    const elapsed = Math.min(BURST_MS, Math.max(0, now - this.#at));
    this.#at = now;
    this.#bits = Math.min((bitRate * BURST_MS) / 1000, this.#bits + (bitRate * elapsed) / 1000);
    this.#packets = Math.min((packetRate * BURST_MS) / 1000, this.#packets + (packetRate * elapsed) / 1000);
    if (8 * octets > this.#bits || this.#packets < 1) {
      return false;
    }
    this.#bits -= 8 * octets;
    this.#packets -= 1;
    return true;
  }
}
