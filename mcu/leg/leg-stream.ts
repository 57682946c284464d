import type { TransportAddress } from '#codecs/media/description.ts';
import type { RtcpPacket } from '#codecs/rtcp/packet.ts';
import type { SenderReport } from '#codecs/rtcp/report.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import type { ReceptionStatistics } from '#codecs/rtp/reception-statistics.ts';
import type { Clock } from '../engine/clock.ts';
import type { DropCounts } from './drop-reason.ts';
import type { LegTrace } from './leg-trace.ts';
import type { ReceiveRate } from './receive-limit.ts';
import { RtpSession } from './rtp-session.ts';
import type { SendStream } from './send-stream.ts';

/** What a stream of a leg is made of. */
export interface LegStreamOptions {
  readonly media: 'audio' | 'video';
  /** The RTP port of ours; RTCP is on the next one. */
  readonly local: TransportAddress;
  readonly cname: string;
  /** How much is taken of the party before more is known. */
  readonly rate: ReceiveRate;
  readonly clock: Clock;
  /** Runs what a datagram brings about; does not throw. */
  readonly guarded: (work: () => void) => void;
  readonly trace: LegTrace | undefined;
}

/** What takes in the stream of the party. */
interface StreamReceiver {
  readonly statistics: Pick<ReceptionStatistics, 'reportBlock'>;
  push(packet: RtpPacket, now: number): void;
  senderReport(report: SenderReport, now: number): void;
  leave(ssrc: number): void;
}

/** What sound and picture of a leg have in common: one RTP session both ways, and the reports on what it carries (RFC 3550 §6.4). */
export abstract class LegStream {
  protected readonly session: RtpSession;
  protected readonly clock: Clock;

  constructor({ media, local, cname, rate, clock, guarded, trace }: LegStreamOptions) {
    this.clock = clock;
    this.session = new RtpSession(
      local,
      cname,
      rate,
      {
        rtp: (packet, now) => this.receiver?.push(packet, now),
        rtcp: (packet, now) => this.#onRtcp(packet, now),
        guarded,
        datagram: (direction, port, remote, bytes, now) => trace?.rtcp(direction, media, port, remote, bytes, now),
      },
      () => clock.now(),
    );
  }

  /** Binds the sockets. Rejects with the system's error. */
  bind(): Promise<void> {
    return this.session.bind();
  }

  /** Time (ms) of the last RTP or RTCP that was taken. */
  get heardAt(): number {
    return this.session.heardAt;
  }

  /** Datagrams that were not let in. */
  get dropped(): DropCounts {
    return this.session.dropped;
  }

  close(): void {
    this.session.close(this.streams.map(({ ssrc }) => ssrc));
  }

  /** Undefined before anything was negotiated. */
  protected abstract get receiver(): StreamReceiver | undefined;
  /** Every stream that we send. */
  protected abstract get streams(): readonly SendStream[];
  /** The source that speaks for us where nothing is sent but RTCP. */
  protected abstract get ownSsrc(): number;

  /** Feedback on what we send (RFC 4585, RFC 5104): sound has none. */
  protected onFeedback(_packet: RtcpPacket, _now: number): void {}

  /** Sends a regular report. */
  protected report(now: number): void {
    const wall = this.clock.wall(now);
    this.session.report(
      {
        ssrc: this.ownSsrc,
        senderReports: this.streams.map((stream) => stream.report(now, wall)).filter((report) => report !== undefined),
        reportBlock: this.receiver?.statistics.reportBlock(now),
      },
      now,
    );
  }

  #onRtcp(packet: RtcpPacket, now: number): void {
    switch (packet.type) {
      case 'sender-report':
        this.receiver?.senderReport(packet, now);
        this.#onReports(packet.reports, now);
        break;
      case 'receiver-report':
        this.#onReports(packet.reports, now);
        break;
      case 'goodbye':
        for (const ssrc of packet.ssrcs) {
          this.receiver?.leave(ssrc);
        }
        break;
      default:
        this.onFeedback(packet, now);
        break;
    }
  }

  #onReports(blocks: Extract<RtcpPacket, { type: 'receiver-report' }>['reports'], now: number): void {
    for (const block of blocks) {
      this.streams.find(({ ssrc }) => ssrc === block.ssrc)?.reported(block, this.clock.wall(now));
    }
  }
}
