import type { TransportAddress } from '#codecs/media/description.ts';
import { type RtcpPacket, type WritableRtcpPacket, writeCompound } from '#codecs/rtcp/packet.ts';
import type { ReportBlock, SenderReport } from '#codecs/rtcp/report.ts';
import { ReportInterval } from '#codecs/rtcp/report-interval.ts';
import { type RtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import type { SessionRecord } from '../engine/resume-record.ts';
import type { DropCounts } from './drop-reason.ts';
import type { ReceiveRate } from './receive-limit.ts';
import { RtpPort } from './rtp-port.ts';
import { SessionDoor, type SessionPeer } from './session-door.ts';

/** What a session tells the stream that it carries. */
export interface SessionInput {
  rtp(packet: RtpPacket, now: number): void;
  rtcp(packet: RtcpPacket, now: number): void;
  /** Runs what a datagram brings about. It must not throw: nobody stands above a socket. */
  guarded?(work: () => void): void;
  /** Every RTCP datagram that is taken or sent; `port` is ours. */
  datagram?(direction: 'in' | 'out', port: number, remote: TransportAddress, bytes: Buffer, now: number): void;
}

/** What a regular report says. */
export interface SessionReport {
  /** Our source identifier, for reports without a sender report. */
  readonly ssrc: number;
  /** One for each source of ours that has sent. */
  readonly senderReports: readonly SenderReport[];
  readonly reportBlock: ReportBlock | undefined;
}

/** ms between two regular reports on average: receivers join picture and sound by them, and mediasoup changes layers by them. */
const REPORT_INTERVAL = 1000;
/** RTCP's share is counted from a session of this many bit/s at least. */
const LEAST_BANDWIDTH = 64_000;

/** The RTP session of one stream (RFC 3550): its two sockets, where they send to, and when reports are due. */
export class RtpSession {
  readonly #local: TransportAddress;
  readonly #cname: string;
  readonly #input: SessionInput;
  readonly #now: () => number;
  #port: RtpPort | undefined;
  readonly #door: SessionDoor;
  #begun = false;
  #interval: ReportInterval;
  #closed = false;
  #heardAt: number;

  /** `rate`: how much is taken of the peer before more is known. */
  constructor(local: TransportAddress, cname: string, rate: ReceiveRate, input: SessionInput, now: () => number) {
    this.#local = local;
    this.#door = new SessionDoor(rate);
    this.#cname = cname;
    this.#input = input;
    this.#now = now;
    this.#interval = newInterval(LEAST_BANDWIDTH, now());
    this.#heardAt = now();
  }

  /** Time (ms) of the last RTP or RTCP of the party, keep-alives among it; of the beginning before there was any. */
  get heardAt(): number {
    return Math.max(this.#heardAt, this.#door.keptAliveAt);
  }

  /** Binds the sockets. Rejects with the system's error. */
  async bind(): Promise<void> {
    const port = await RtpPort.bind(this.#local, {
      rtp: (datagram, from) => this.#guarded(() => this.#onRtp(datagram, from)),
      rtcp: (datagram, from) => this.#guarded(() => this.#onRtcp(datagram, from)),
    });
    if (this.#closed) {
      port.close();
    } else {
      this.#port = port;
    }
  }

  /** Takes what signalling says of the peer. `bandwidth` in bit/s; `host`: IP address that its signalling comes from, where it is known. */
  update(peer: SessionPeer, bandwidth: number, rate: ReceiveRate, host?: string): void {
    this.#door.update(peer, rate, host, this.#now());
    if (!this.#begun) {
      this.#begun = true;
      this.#interval = newInterval(Math.max(LEAST_BANDWIDTH, bandwidth), this.#now());
    }
  }

  /** Datagrams that were not let in. */
  get dropped(): DropCounts {
    return this.#door.dropped;
  }

  /** What another engine must know. */
  get record(): SessionRecord {
    return this.#door.record;
  }

  /** Goes on as another engine did; to be called after the first `update`. */
  resume(record: SessionRecord): void {
    this.#door.resume(record, this.#now());
  }

  send(packet: RtpPacket): void {
    const target = this.#door.rtpTarget;
    if (target !== undefined) {
      this.#port?.sendRtp(writeRtpPacket(packet), target);
    }
  }

  /** Sends feedback at once, headed by an empty report as RFC 3550 §6.1 wants it; what exceeds RTCP's share waits for its repetition. */
  sendFeedback(feedback: readonly WritableRtcpPacket[], ssrc: number, now: number): void {
    const datagram = writeCompound([
      { type: 'receiver-report', ssrc, reports: [] },
      this.#description(ssrc),
      ...feedback,
    ]);
    if (this.#interval.admitsFeedback(datagram.length, now)) {
      this.#sendRtcp(datagram);
    }
  }

  /** Whether a regular report is due. */
  reportDue(now: number): boolean {
    return now >= this.#interval.nextAt();
  }

  /** Sends a regular report: a compound for each source of ours, the report of what we receive in the first. */
  report({ ssrc, senderReports, reportBlock }: SessionReport, now: number): void {
    const reports = reportBlock === undefined ? [] : [reportBlock];
    const [first, ...others] = senderReports;
    const compounds: WritableRtcpPacket[][] =
      first === undefined
        ? [[{ type: 'receiver-report', ssrc, reports }, this.#description(ssrc)]]
        : [
            [{ ...first, reports }, this.#description(first.ssrc)],
            ...others.map((report) => [report, this.#description(report.ssrc)]),
          ];
    let length = 0;
    for (const compound of compounds) {
      const datagram = writeCompound(compound);
      length += datagram.length;
      this.#sendRtcp(datagram);
    }
    this.#interval.reported(length, now, Math.random());
  }

  /** Says goodbye for our sources (RFC 3550 §6.6) and closes. */
  close(ssrcs: readonly number[]): void {
    const [first] = ssrcs;
    if (first !== undefined) {
      this.#sendRtcp(
        writeCompound([
          { type: 'receiver-report', ssrc: first, reports: [] },
          this.#description(first),
          { type: 'goodbye', ssrcs: [...ssrcs] },
        ]),
      );
    }
    this.#closed = true;
    this.#port?.close();
  }

  #description(ssrc: number): WritableRtcpPacket {
    return { type: 'source-description', chunks: [{ ssrc, cname: this.#cname }] };
  }

  get #rtcpPort(): number {
    return this.#local.port + (this.#door.multiplexed ? 0 : 1);
  }

  #sendRtcp(datagram: Buffer): void {
    const target = this.#door.rtcpTarget;
    if (target !== undefined) {
      this.#port?.sendRtcp(datagram, target, this.#door.multiplexed);
      this.#input.datagram?.('out', this.#rtcpPort, target, datagram, this.#now());
    }
  }

  #guarded(work: () => void): void {
    if (this.#input.guarded === undefined) {
      work();
    } else {
      this.#input.guarded(work);
    }
  }

  #onRtp(datagram: Buffer, from: TransportAddress): void {
    const now = this.#now();
    for (const packet of this.#door.rtp(datagram, from, now)) {
      this.#heardAt = now;
      this.#input.rtp(packet, now);
    }
  }

  #onRtcp(datagram: Buffer, from: TransportAddress): void {
    const now = this.#now();
    const packets = this.#door.rtcp(datagram, from, now);
    if (packets.length > 0) {
      this.#heardAt = now;
      this.#input.datagram?.('in', this.#rtcpPort, from, datagram, now);
    }
    for (const packet of packets) {
      this.#input.rtcp(packet, now);
    }
  }
}

function newInterval(sessionBandwidth: number, now: number): ReportInterval {
  return new ReportInterval({ sessionBandwidth, minimumMs: REPORT_INTERVAL }, now, Math.random());
}
