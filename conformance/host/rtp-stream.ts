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
  /** When the first sample, or the picture, was taken: ms of `performance.now()`. */
  readonly takenAt: number;
};

/** Where one stream of RTP and RTCP is, and as whom. */
export interface StreamOptions {
  /** Address to bind. */
  readonly address: string;
  /** RTP clock in Hz. */
  readonly clockRate: number;
  /** RTCP canonical name. */
  readonly cname: string;
}

/** Kinds of packets that are not sent. */
export interface Silence {
  readonly rtp: boolean;
  readonly rtcp: boolean;
}

/** ms between two reports. */
const REPORT_DISTANCE = 1000;
/** Sequence numbers begin near their end, so that every longer call sees them wrap. */
const firstSequenceNumber = () => randomInt(0xff00, 0x1_0000);

/** One RTP session of a host (RFC 3550): numbers and sends packets, counts what comes, reports on both every second. */
export class RtpStream {
  readonly #options: StreamOptions;
  readonly #input: StreamInput;
  #statistics: ReceptionStatistics;
  #clockRate: number;
  #sockets: RtpSockets | undefined;
  #leaving: RtpSockets | undefined;
  #ssrc = randomInt(1, 2 ** 32);
  #sequenceNumber = firstSequenceNumber();
  /** A timestamp and the moment that it stands for. */
  #base = { timestamp: randomInt(2 ** 32), takenAt: 0 };
  #peer: StreamPeer | undefined;
  #silence: Silence = { rtp: false, rtcp: false };
  #sent = { packets: 0, bytes: 0 };
  #reportAt = 0;

  private constructor(options: StreamOptions, input: StreamInput) {
    this.#options = options;
    this.#input = input;
    this.#clockRate = options.clockRate;
    this.#statistics = new ReceptionStatistics(options.clockRate);
  }

  /** Opens the sockets; what arrives is told from then on. Rejects with the system's error. */
  static async open(options: StreamOptions, input: StreamInput): Promise<RtpStream> {
    const stream = new RtpStream(options, input);
    await stream.move();
    return stream;
  }

  get ssrc(): number {
    return this.#ssrc;
  }

  /** Where the stream is received, or will be after a move that is under way. @throws Error when it is closed */
  get local(): TransportAddress {
    const local = this.#sockets?.local;
    if (local === undefined) {
      throw new Error('the stream is closed');
    }
    return local;
  }

  /** Where packets go to; undefined before `connect`. */
  get peer(): StreamPeer | undefined {
    return this.#peer;
  }

  /** Packets received, their octets of payload, and packets lost. */
  get received(): ReceptionStatistics['counters'] {
    return this.#statistics.counters;
  }

  /** Packets sent, and their octets of payload. */
  get sent(): { readonly packets: number; readonly bytes: number } {
    return this.#sent;
  }

  /** Names the peer: nothing is sent before. */
  connect(peer: StreamPeer): void {
    this.#peer = peer;
    this.#leaving?.close();
    this.#leaving = undefined;
  }

  /** Opens other ports, of another address where one is given. Both are heard until `connect` is called. Rejects with the system's error. */
  async move(address = this.#options.address): Promise<void> {
    const sockets = await RtpSockets.open(address, {
      rtp: (datagram) => this.#onRtp(datagram),
      rtcp: (datagram) => this.#onRtcp(datagram),
    });
    this.#leaving?.close();
    this.#leaving = this.#sockets;
    this.#sockets = sockets;
  }

  /** Counts timestamps by another clock from the next packet on, in Hz (RFC 7160). */
  setClockRate(clockRate: number): void {
    if (clockRate !== this.#clockRate) {
      this.#clockRate = clockRate;
      this.#statistics = new ReceptionStatistics(clockRate);
    }
  }

  /** Becomes another source: other SSRC, other numbers; no goodbye for the old one. */
  changeSource(): void {
    this.#ssrc = randomInt(1, 2 ** 32);
    this.restart();
  }

  /** Goes on with other numbers and timestamps under the same SSRC. */
  restart(): void {
    this.#sequenceNumber = (this.#sequenceNumber + randomInt(10_000, 50_000)) & 0xffff;
    this.#base = { timestamp: randomInt(2 ** 32), takenAt: this.#base.takenAt };
    this.#sent = { packets: 0, bytes: 0 };
  }

  /** What is not sent from now on: packets are numbered all the same, as if the line were cut. */
  silence(silence: Silence): void {
    this.#silence = silence;
  }

  send({ payloadType, marker, payload, takenAt }: OutgoingPayload): void {
    const timestamp = this.timestampOf(takenAt);
    this.#base = { timestamp, takenAt };
    this.sendAs({ payloadType, marker, payload, timestamp });
  }

  /** Sends a packet with a timestamp of its own. */
  sendAs(fields: Pick<RtpPacket, 'payloadType' | 'marker' | 'payload' | 'timestamp'>): void {
    if (this.#peer === undefined) {
      return;
    }
    const packet = { ...fields, sequenceNumber: this.#sequenceNumber, ssrc: this.#ssrc };
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    if (this.#silence.rtp) {
      return;
    }
    this.#sent = { packets: this.#sent.packets + 1, bytes: this.#sent.bytes + fields.payload.length };
    this.#outgoing?.sendRtp(writeRtpPacket(packet), this.#peer.remote);
  }

  /** The timestamp of a moment. */
  timestampOf(takenAt: number): number {
    const { timestamp, takenAt: before } = this.#base;
    return (timestamp + Math.round(((takenAt - before) * this.#clockRate) / 1000)) >>> 0;
  }

  /** Sends octets as they are to the peer's RTP or RTCP port. */
  sendRaw(kind: 'rtp' | 'rtcp', datagram: Buffer): void {
    if (this.#peer === undefined) {
      return;
    }
    if (kind === 'rtp') {
      this.#outgoing?.sendRtp(datagram, this.#peer.remote);
    } else {
      this.#sendRtcpDatagram(datagram, this.#peer);
    }
  }

  /** Sends feedback at once, headed by an empty report (RFC 3550 §6.1). */
  sendFeedback(feedback: readonly WritableRtcpPacket[]): void {
    this.#sendRtcp([{ type: 'receiver-report', ssrc: this.#ssrc, reports: [] }, this.#description(), ...feedback]);
  }

  /** Sends the report when it is due. */
  tick(now: number): void {
    if (now < this.#reportAt) {
      return;
    }
    this.#reportAt = now + REPORT_DISTANCE;
    const block = this.#statistics.reportBlock(now);
    const reports = block === undefined ? [] : [block];
    if (this.#sent.packets === 0) {
      this.#sendRtcp([{ type: 'receiver-report', ssrc: this.#ssrc, reports }, this.#description()]);
      return;
    }
    const report: WritableRtcpPacket = {
      type: 'sender-report',
      ssrc: this.#ssrc,
      ntp: ntpFromUnixMs(performance.timeOrigin + now),
      rtpTimestamp: this.timestampOf(now),
      packetCount: this.#sent.packets,
      octetCount: this.#sent.bytes,
      reports,
    };
    this.#sendRtcp([report, this.#description()]);
  }

  /** Closes; says goodbye before unless told to vanish. */
  close(goodbye = true): void {
    if (goodbye) {
      this.#sendRtcp([
        { type: 'receiver-report', ssrc: this.#ssrc, reports: [] },
        this.#description(),
        { type: 'goodbye', ssrcs: [this.#ssrc] },
      ]);
    }
    this.#leaving?.close();
    this.#sockets?.close();
    this.#sockets = undefined;
  }

  /** While a move is under way the old ports still send: the peer knows no others. */
  get #outgoing(): RtpSockets | undefined {
    return this.#leaving ?? this.#sockets;
  }

  #onRtp(datagram: Buffer): void {
    const packet = parseRtpPacket(datagram);
    if (packet !== undefined) {
      const now = performance.now();
      this.#statistics.received(packet, now);
      this.#input.rtp(packet, now);
    }
  }

  #onRtcp(datagram: Buffer): void {
    const now = performance.now();
    for (const packet of parseRtcp(datagram) ?? []) {
      if (packet.type === 'sender-report') {
        this.#statistics.senderReport(packet, now);
      }
      this.#input.rtcp(packet, now);
    }
  }

  #description(): WritableRtcpPacket {
    return { type: 'source-description', chunks: [{ ssrc: this.#ssrc, cname: this.#options.cname }] };
  }

  #sendRtcp(packets: readonly WritableRtcpPacket[]): void {
    if (this.#peer !== undefined && !this.#silence.rtcp) {
      this.#sendRtcpDatagram(writeCompound(packets), this.#peer);
    }
  }

  #sendRtcpDatagram(datagram: Buffer, { remote, remoteRtcp, rtcpMux }: StreamPeer): void {
    this.#outgoing?.sendRtcp(datagram, rtcpMux ? remote : remoteRtcp, rtcpMux);
  }
}
