import { compactNtp, compactNtpSpan, type NtpTimestamp } from '#codecs/rtcp/ntp.ts';
import type { ReportBlock } from '#codecs/rtcp/report.ts';
import type { RtpPacket } from './packet.ts';
import { SequenceUnwrapper, sequenceNumberDelta, timestampDelta } from './sequence-number.ts';
import { MAX_DROPOUT, MAX_MISORDER } from './source-validation.ts';

/** Sums over all sources that were heard. */
export interface ReceptionCounters {
  readonly packets: number;
  /** Octets of RTP payload. */
  readonly bytes: number;
  /** Packets expected less packets received, never below 0 for any source. */
  readonly lost: number;
}

/** What is counted for one source since it began. */
interface Source {
  readonly ssrc: number;
  readonly unwrapper: SequenceUnwrapper;
  /** The first extended sequence number. */
  readonly base: number;
  received: number;
  /** Expected and received when the last report was made. */
  expectedPrior: number;
  receivedPrior: number;
  /** In units of the RTP clock, times 16 (RFC 3550 §A.8). */
  jitter: number;
  last: { timestamp: number; arrival: number };
  senderReport: { compact: number; arrival: number } | undefined;
}

/**
 * What a receiver report says of the source that is received (RFC 3550 §6.4.1, §A.3, §A.8). Give it the packets that the
 * SourceTracker lets through, at their arrival: with another SSRC, or a step that no loss explains, it begins a new source.
 */
export class ReceptionStatistics {
  readonly #clockRate: number;
  #source: Source | undefined;
  #packets = 0;
  #bytes = 0;
  #lostBefore = 0;

  /** @param clockRate of the payload type in Hz. */
  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  get counters(): ReceptionCounters {
    return { packets: this.#packets, bytes: this.#bytes, lost: this.#lostBefore + Math.max(0, lost(this.#source)) };
  }

  /** Interarrival jitter in ms (RFC 3550 §6.4.1); 0 before there is any. */
  get jitterMs(): number {
    return this.#source ? ((this.#source.jitter / 16) * 1000) / this.#clockRate : 0;
  }

  /** @param arrival ms, fractions welcome; as exact as can be had. */
  received(packet: RtpPacket, arrival: number): void {
    this.#packets++;
    this.#bytes += packet.payload.length;
    const source = this.#sourceOf(packet, arrival);
    const highest = source.unwrapper.highest;
    const extended = source.unwrapper.unwrap(packet.sequenceNumber);
    source.received++;
    // A packet that was overtaken, or sent again, tells of the gap that it fills, not of the line's jitter; and an empty one,
    // sent to keep a path open, has a timestamp of no meaning.
    if (highest !== undefined && extended > highest && packet.payload.length > 0) {
      const arrivalStep = ((arrival - source.last.arrival) * this.#clockRate) / 1000;
      const transit = arrivalStep - timestampDelta(source.last.timestamp, packet.timestamp);
      // More than ten seconds off is a new time base.
      if (Math.abs(transit) < 10 * this.#clockRate) source.jitter += Math.abs(transit) - source.jitter / 16;
      source.last = { timestamp: packet.timestamp, arrival };
    }
  }

  /** A sender report of the source came: the reports answer it, so that the peer knows the round trip. @param arrival ms. */
  senderReport(report: { readonly ssrc: number; readonly ntp: NtpTimestamp }, arrival: number): void {
    if (this.#source?.ssrc === report.ssrc) this.#source.senderReport = { compact: compactNtp(report.ntp), arrival };
  }

  /**
   * The block for a report that is sent now; the fraction lost counts from the block before.
   * @param now ms, on the clock of the arrivals.
   * @returns undefined before the first packet.
   */
  reportBlock(now: number): ReportBlock | undefined {
    const source = this.#source;
    if (!source) return undefined;
    const expectedInterval = expected(source) - source.expectedPrior;
    const lostInterval = expectedInterval - (source.received - source.receivedPrior);
    source.expectedPrior = expected(source);
    source.receivedPrior = source.received;
    const fraction = expectedInterval > 0 && lostInterval > 0 ? Math.floor((lostInterval * 256) / expectedInterval) : 0;
    return {
      ssrc: source.ssrc,
      fractionLost: Math.min(fraction, 255),
      cumulativeLost: Math.min(Math.max(lost(source), -(2 ** 23)), 2 ** 23 - 1),
      extendedHighestSequenceNumber: (source.unwrapper.highest ?? 0) >>> 0,
      jitter: Math.floor(source.jitter / 16),
      lastSenderReport: source.senderReport?.compact ?? 0,
      delaySinceLastSenderReport: source.senderReport ? compactNtpSpan(now - source.senderReport.arrival) : 0,
    };
  }

  #sourceOf(packet: RtpPacket, arrival: number): Source {
    const current = this.#source;
    if (current?.ssrc === packet.ssrc) {
      const step = sequenceNumberDelta(current.unwrapper.highest ?? 0, packet.sequenceNumber);
      if (step <= MAX_DROPOUT && step >= -MAX_MISORDER) return current;
    }
    this.#lostBefore += Math.max(0, lost(current));
    const source: Source = {
      ssrc: packet.ssrc,
      unwrapper: new SequenceUnwrapper(),
      base: packet.sequenceNumber,
      received: 0,
      expectedPrior: 0,
      receivedPrior: 0,
      jitter: 0,
      last: { timestamp: packet.timestamp, arrival },
      senderReport: undefined,
    };
    this.#source = source;
    return source;
  }
}

function expected(source: Source): number {
  return (source.unwrapper.highest ?? source.base - 1) - source.base + 1;
}

function lost(source: Source | undefined): number {
  return source ? expected(source) - source.received : 0;
}
