import type { RtpPacket } from './packet.ts';
import { sequenceNumberDelta } from './sequence-number.ts';

/** A step forward of more than this is not loss but another stream (MAX_DROPOUT of RFC 3550 §A.1). */
export const MAX_DROPOUT = 3000;
/**
 * A step back of more than this is not reordering. RFC 3550 §A.1 has 100; answers to NACK come back further:
 * 1000 is two seconds of video at 500 packets/s.
 */
export const MAX_MISORDER = 1000;

/** Packets in sequence that prove a source (MIN_SEQUENTIAL of RFC 3550 §A.1). */
const MIN_SEQUENTIAL = 2;
/** So many packets in sequence, all behind the highest and none beyond it: the source began again a little further back. */
const BEHIND_TO_RESTART = 20;
/** A new SSRC takes over when the current one has been silent so long (ms): two that speak in turns must not flap. */
const SILENCE_MS = 100;
/** The same for a source that was listened to before: one that comes back so often is speaking in turns. */
const RETURN_SILENCE_MS = 1000;
/** How many such sources are remembered. */
const MAX_FORMER = 8;
/** What is held of a source on probation. */
const MAX_HELD = 64;

/** What to do with a packet. */
export interface SourceDecision {
  /**
   * `accept`: of the current source. `probation`: not to be used yet, perhaps never.
   * `switched`: another source, or the same one begun anew, is now the current one: whatever was kept per source (reorder buffer,
   * depacketiser, decoder, statistics) begins anew before `packets` are used. The very first packet is `switched` too.
   */
  readonly verdict: 'accept' | 'probation' | 'switched';
  /** What to use now: the packet itself, with `switched` also those held on probation, in sequence; nothing on probation. */
  readonly packets: readonly RtpPacket[];
}

interface Candidate {
  readonly ssrc: number;
  highest: number;
  /** Packets in sequence so far. */
  run: number;
  held: RtpPacket[];
}

/**
 * Which source on a port is listened to (RFC 3550 §A.1, §8.2). Room systems change their SSRC in mid-call, begin anew with the same,
 * or let strays through: a source is listened to when two of its packets came in sequence and the one before it is silent. Nothing
 * of it is lost meanwhile, as its packets are held: the first may hold the parameter sets of its first key frame.
 */
export class SourceTracker {
  #ssrc: number | undefined;
  #highest = 0;
  #lastHeard = 0;
  #former: number[] = [];
  #behind = { last: 0, run: 0 };
  #candidate: Candidate | undefined;

  /** The source that is listened to; undefined before the first packet and after it said goodbye. */
  get ssrc(): number | undefined {
    return this.#ssrc;
  }

  /** @param now ms. */
  decide(packet: RtpPacket, now: number): SourceDecision {
    if (this.#ssrc === undefined) return this.#adopt([packet], now);
    if (packet.ssrc !== this.#ssrc) return this.#prove(packet, now);
    const step = sequenceNumberDelta(this.#highest, packet.sequenceNumber);
    if (step > MAX_DROPOUT || step < -MAX_MISORDER) return this.#prove(packet, now);

    this.#lastHeard = now;
    if (step > 0) {
      this.#highest = packet.sequenceNumber;
      this.#behind.run = 0;
    } else {
      const isNext = packet.sequenceNumber === ((this.#behind.last + 1) & 0xffff);
      this.#behind = { last: packet.sequenceNumber, run: isNext ? this.#behind.run + 1 : 1 };
      if (this.#behind.run >= BEHIND_TO_RESTART) return this.#adopt([packet], now);
    }
    return { verdict: 'accept', packets: [packet] };
  }

  /** A source said goodbye (RTCP BYE): the next one need not wait. */
  leave(ssrc: number): void {
    if (this.#ssrc === ssrc) this.#ssrc = undefined;
  }

  #prove(packet: RtpPacket, now: number): SourceDecision {
    const candidate = this.#candidate;
    const step = candidate && sequenceNumberDelta(candidate.highest, packet.sequenceNumber);
    if (!candidate || candidate.ssrc !== packet.ssrc || step === undefined || Math.abs(step) > MAX_HELD) {
      this.#candidate = { ssrc: packet.ssrc, highest: packet.sequenceNumber, run: 1, held: [packet] };
      return { verdict: 'probation', packets: [] };
    }
    if (step > 0) {
      candidate.run = step === 1 ? candidate.run + 1 : Math.max(1, Math.min(candidate.run, MIN_SEQUENTIAL - 1));
      candidate.highest = packet.sequenceNumber;
    }
    candidate.held.push(packet);
    if (candidate.held.length > MAX_HELD) candidate.held.shift();

    const needed = this.#former.includes(packet.ssrc) ? RETURN_SILENCE_MS : SILENCE_MS;
    const isSilent = packet.ssrc === this.#ssrc || now - this.#lastHeard >= needed;
    if (candidate.run < MIN_SEQUENTIAL || !isSilent) return { verdict: 'probation', packets: [] };
    const { highest } = candidate;
    return this.#adopt(
      candidate.held.toSorted(
        (a, b) => sequenceNumberDelta(highest, a.sequenceNumber) - sequenceNumberDelta(highest, b.sequenceNumber),
      ),
      now,
    );
  }

  /** @param packets in sequence, at least one. */
  #adopt(packets: readonly RtpPacket[], now: number): SourceDecision {
    const last = packets.at(-1);
    if (last) {
      if (this.#ssrc !== undefined && this.#ssrc !== last.ssrc)
        this.#former = [...this.#former, this.#ssrc].slice(-MAX_FORMER);
      this.#ssrc = last.ssrc;
      this.#highest = last.sequenceNumber;
    }
    this.#lastHeard = now;
    this.#behind.run = 0;
    this.#candidate = undefined;
    return { verdict: 'switched', packets };
  }
}
