import { compactNtp, ntpFromUnixMs, roundTripTime } from '#codecs/rtcp/ntp.ts';
import type { ReportBlock, SenderReport } from '#codecs/rtcp/report.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import type { SentRecord } from '../engine/resume-record.ts';

/** Sums of one source of ours. */
export interface SendCounters {
  readonly packets: number;
  /** Octets of RTP payload. */
  readonly bytes: number;
  /** As the peer reports it. */
  readonly lost: number;
  /** ms, as the peer reports it. */
  readonly jitter: number;
}

/** Of several sources: sums, and the largest jitter. */
export function sumOf(counters: readonly SendCounters[]): SendCounters {
  return counters.reduce(
    (sum, one) => ({
      packets: sum.packets + one.packets,
      bytes: sum.bytes + one.bytes,
      lost: sum.lost + one.lost,
      jitter: Math.max(sum.jitter, one.jitter),
    }),
    { packets: 0, bytes: 0, lost: 0, jitter: 0 },
  );
}

/** One synchronisation source of ours: numbers its packets and reports on them (RFC 3550 §5.1, §6.4.1). */
export class SendStream {
  readonly ssrc: number;
  readonly #clockRate: number;
  #sequenceNumber: number;
  #packets = 0;
  #bytes = 0;
  #lost = 0;
  #jitter = 0;
  #roundTrip: number | undefined;
  #lossRatio: number | undefined;
  /** A timestamp and the clock time (ms) that it stands for. */
  #anchor: { readonly timestamp: number; readonly time: number } | undefined;

  /** `clockRate` in Hz; `firstSequenceNumber` 0 to 65535, random. */
  constructor(ssrc: number, clockRate: number, firstSequenceNumber: number) {
    this.ssrc = ssrc;
    this.#clockRate = clockRate;
    this.#sequenceNumber = firstSequenceNumber;
  }

  /** Goes on where another engine stopped, with so many numbers left out. */
  static resume({ ssrc, sequenceNumber, packets, bytes }: SentRecord, clockRate: number, leap: number): SendStream {
    const stream = new SendStream(ssrc, clockRate, sequenceNumber);
    stream.skip(leap);
    stream.#packets = packets;
    stream.#bytes = bytes;
    return stream;
  }

  /** What another engine must know; undefined before the first packet. */
  get record(): SentRecord | undefined {
    const [packets, bytes] = [this.#packets, this.#bytes];
    return packets === 0 ? undefined : { ssrc: this.ssrc, sequenceNumber: this.#sequenceNumber, packets, bytes };
  }

  get counters(): SendCounters {
    return { packets: this.#packets, bytes: this.#bytes, lost: this.#lost, jitter: this.#jitter };
  }

  /** ms; undefined before the peer has reported. */
  get roundTrip(): number | undefined {
    return this.#roundTrip;
  }

  /** Share of the packets between the peer's last two reports that it missed, 0 to 1; undefined before it has reported. */
  get lossRatio(): number | undefined {
    return this.#lossRatio;
  }

  /** Leaves numbers out: receivers see that so many packets are missing. */
  skip(packets: number): void {
    this.#sequenceNumber = (this.#sequenceNumber + packets) & 0xffff;
  }

  /** The next packet. `time`: the clock time (ms) that `timestamp` stands for. */
  next(fields: Pick<RtpPacket, 'payloadType' | 'marker' | 'timestamp' | 'payload'>, time: number): RtpPacket {
    const timestamp = fields.timestamp >>> 0;
    const packet = { ...fields, timestamp, sequenceNumber: this.#sequenceNumber, ssrc: this.ssrc };
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    this.#packets += 1;
    this.#bytes += fields.payload.length;
    this.#anchor = { timestamp, time };
    return packet;
  }

  /** The report of time `now` (ms), which is `wall` (Unix ms); undefined before the first packet. */
  report(now: number, wall: number): SenderReport | undefined {
    if (this.#anchor === undefined) {
      return undefined;
    }
    const { timestamp, time } = this.#anchor;
    return {
      type: 'sender-report',
      ssrc: this.ssrc,
      ntp: ntpFromUnixMs(wall),
      rtpTimestamp: (timestamp + Math.round(((now - time) * this.#clockRate) / 1000)) >>> 0,
      packetCount: this.#packets,
      octetCount: this.#bytes,
      reports: [],
    };
  }

  /** What the peer says of this source; it came at `wall` (Unix ms). */
  reported(block: ReportBlock, wall: number): void {
    this.#lost = Math.max(0, block.cumulativeLost);
    this.#lossRatio = block.fractionLost / 256;
    this.#jitter = (block.jitter * 1000) / this.#clockRate;
    this.#roundTrip =
      roundTripTime(compactNtp(ntpFromUnixMs(wall)), block.lastSenderReport, block.delaySinceLastSenderReport) ??
      this.#roundTrip;
  }
}
