import { randomInt } from 'node:crypto';
import type { TransportAddress } from '#codecs/media/description.ts';
import { ntpFromUnixMs } from '#codecs/rtcp/ntp.ts';
import { parseRtcp, type RtcpPacket, type WritableRtcpPacket, writeCompound } from '#codecs/rtcp/packet.ts';
import { parseRtpPacket, type RtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { ReceptionStatistics } from '#codecs/rtp/reception-statistics.ts';
import { RtpSockets } from './rtp-sockets.ts';

/** Where a stream's packets go to. */
export interface StreamPeer {
  readonly remote: TransportAddress;
  readonly remoteRtcp: TransportAddress;
  readonly rtcpMux: boolean;
}

/** What a stream tells. */
export interface StreamInput {
  rtp(packet: RtpPacket, now: number): void;
  rtcp(packet: RtcpPacket, now: number): void;
}

/** What is sent in one packet. */
export type OutgoingPayload = Pick<RtpPacket, 'payloadType' | 'marker' | 'payload'> & {
  /** RTP clock units since the stream began. */
  readonly elapsed: number;
};

export interface StreamOptions {
  /** Address to bind. */
  readonly address: string;
  /** RTP clock in Hz. */
  readonly clockRate: number;
  /** RTCP canonical name. */
  readonly cname: string;
}

/** ms between two reports. */
const REPORT_DISTANCE = 1000;

/**
 * One RTP session of a host (RFC 3550): numbers and sends packets, counts what comes, reports on both every second. Sequence
 * numbers begin near their end, so that every longer call sees them wrap.
 */
export class RtpStream {
  readonly ssrc = randomInt(1, 2 ** 32);
  readonly #options: StreamOptions;
  readonly #statistics: ReceptionStatistics;
  readonly #sockets: RtpSockets;
  readonly #firstTimestamp = randomInt(2 ** 32);
  #sequenceNumber = randomInt(0xff00, 0x1_0000);
  #peer: StreamPeer | undefined;
  #sent = { packets: 0, bytes: 0 };
  #newest: { readonly timestamp: number; readonly at: number } | undefined;
  #reportAt = 0;

  private constructor(options: StreamOptions, sockets: RtpSockets, statistics: ReceptionStatistics) {
    this.#options = options;
    this.#sockets = sockets;
    this.#statistics = statistics;
  }

  /** Opens the sockets; what arrives is told from then on. Rejects with the system's error. */
  static async open(options: StreamOptions, input: StreamInput): Promise<RtpStream> {
    const statistics = new ReceptionStatistics(options.clockRate);
    const sockets = await RtpSockets.open(options.address, {
      rtp: (datagram) => {
        const packet = parseRtpPacket(datagram);
        if (packet !== undefined) {
          const now = performance.now();
          statistics.received(packet, now);
          input.rtp(packet, now);
        }
      },
      rtcp: (datagram) => {
        const now = performance.now();
        for (const packet of parseRtcp(datagram) ?? []) {
          if (packet.type === 'sender-report') {
            statistics.senderReport(packet, now);
          }
          input.rtcp(packet, now);
        }
      },
    });
    return new RtpStream(options, sockets, statistics);
  }

  /** Where the stream is received. */
  get local(): TransportAddress {
    return this.#sockets.local;
  }

  /** Packets received, their octets of payload, and packets lost. */
  get received(): ReceptionStatistics['counters'] {
    return this.#statistics.counters;
  }

  /** Names the peer: nothing is sent before. */
  connect(peer: StreamPeer): void {
    this.#peer = peer;
  }

  send({ payloadType, marker, payload, elapsed }: OutgoingPayload, now: number): void {
    if (this.#peer === undefined) {
      return;
    }
    const timestamp = (this.#firstTimestamp + elapsed) >>> 0;
    const packet = { payloadType, marker, payload, timestamp, sequenceNumber: this.#sequenceNumber, ssrc: this.ssrc };
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    this.#sent = { packets: this.#sent.packets + 1, bytes: this.#sent.bytes + payload.length };
    this.#newest = { timestamp, at: now };
    this.#sockets.sendRtp(writeRtpPacket(packet), this.#peer.remote);
  }

  /** Sends feedback at once, headed by an empty report (RFC 3550 §6.1). */
  sendFeedback(feedback: readonly WritableRtcpPacket[]): void {
    this.#sendRtcp([{ type: 'receiver-report', ssrc: this.ssrc, reports: [] }, this.#description(), ...feedback]);
  }

  /** Sends the report when it is due. */
  tick(now: number): void {
    if (now < this.#reportAt) {
      return;
    }
    this.#reportAt = now + REPORT_DISTANCE;
    const block = this.#statistics.reportBlock(now);
    const reports = block === undefined ? [] : [block];
    if (this.#newest === undefined) {
      this.#sendRtcp([{ type: 'receiver-report', ssrc: this.ssrc, reports }, this.#description()]);
      return;
    }
    const { timestamp, at } = this.#newest;
    const since = Math.round(((now - at) * this.#options.clockRate) / 1000);
    const report: WritableRtcpPacket = {
      type: 'sender-report',
      ssrc: this.ssrc,
      ntp: ntpFromUnixMs(performance.timeOrigin + now),
      rtpTimestamp: (timestamp + since) >>> 0,
      packetCount: this.#sent.packets,
      octetCount: this.#sent.bytes,
      reports,
    };
    this.#sendRtcp([report, this.#description()]);
  }

  /** Says goodbye and closes. */
  close(): void {
    this.#sendRtcp([
      { type: 'receiver-report', ssrc: this.ssrc, reports: [] },
      this.#description(),
      { type: 'goodbye', ssrcs: [this.ssrc] },
    ]);
    this.#sockets.close();
  }

  #description(): WritableRtcpPacket {
    return { type: 'source-description', chunks: [{ ssrc: this.ssrc, cname: this.#options.cname }] };
  }

  #sendRtcp(packets: readonly WritableRtcpPacket[]): void {
    if (this.#peer !== undefined) {
      const { remote, remoteRtcp, rtcpMux } = this.#peer;
      this.#sockets.sendRtcp(writeCompound(packets), rtcpMux ? remote : remoteRtcp, rtcpMux);
    }
  }
}
