import { type RawRtcpPacket, RtcpPacketType } from './header.ts';
import type { NtpTimestamp } from './ntp.ts';

/** What a receiver says of one source (RFC 3550 §6.4.1). */
export interface ReportBlock {
  /** The source that is spoken of. */
  readonly ssrc: number;
  /** Since the last report, in 1/256: 0 to 255. */
  readonly fractionLost: number;
  /** Since the beginning: -2^23 to 2^23 - 1; negative with duplicates. */
  readonly cumulativeLost: number;
  /** Cycles in the upper, the highest sequence number in the lower 16 bits. */
  readonly extendedHighestSequenceNumber: number;
  /** Interarrival jitter in units of the RTP clock. */
  readonly jitter: number;
  /** LSR: compact NTP of the last sender report, 0 where none came. */
  readonly lastSenderReport: number;
  /** DLSR, in 1/65536 s. */
  readonly delaySinceLastSenderReport: number;
}

/** RFC 3550 §6.4.1. */
export interface SenderReport {
  readonly type: 'sender-report';
  readonly ssrc: number;
  /** The instant of the report, on the clock that joins the streams of a sender for lip sync. */
  readonly ntp: NtpTimestamp;
  /** The same instant on the RTP clock of the source. */
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
  /** At most 31. */
  readonly reports: readonly ReportBlock[];
}

/** RFC 3550 §6.4.2. */
export interface ReceiverReport {
  readonly type: 'receiver-report';
  readonly ssrc: number;
  /** At most 31. */
  readonly reports: readonly ReportBlock[];
}

const REPORT_BLOCK_LENGTH = 24;
const SENDER_INFO_LENGTH = 20;

/** Undefined when it is cut. */
export function parseSenderReport({ body, count }: RawRtcpPacket): SenderReport | undefined {
  const reports = parseReportBlocks(body, 4 + SENDER_INFO_LENGTH, count);
  if (!reports) return undefined;
  return {
    type: 'sender-report',
    ssrc: body.readUInt32BE(0),
    ntp: { seconds: body.readUInt32BE(4), fraction: body.readUInt32BE(8) },
    rtpTimestamp: body.readUInt32BE(12),
    packetCount: body.readUInt32BE(16),
    octetCount: body.readUInt32BE(20),
    reports,
  };
}

/** Undefined when it is cut. */
export function parseReceiverReport({ body, count }: RawRtcpPacket): ReceiverReport | undefined {
  const reports = parseReportBlocks(body, 4, count);
  return reports && { type: 'receiver-report', ssrc: body.readUInt32BE(0), reports };
}

/** Counters are taken modulo 2^32. */
export function rawSenderReport(report: SenderReport): RawRtcpPacket {
  const info = Buffer.allocUnsafe(4 + SENDER_INFO_LENGTH);
  info.writeUInt32BE(report.ssrc >>> 0, 0);
  info.writeUInt32BE(report.ntp.seconds >>> 0, 4);
  info.writeUInt32BE(report.ntp.fraction >>> 0, 8);
  info.writeUInt32BE(report.rtpTimestamp >>> 0, 12);
  info.writeUInt32BE(report.packetCount >>> 0, 16);
  info.writeUInt32BE(report.octetCount >>> 0, 20);
  return {
    packetType: RtcpPacketType.SENDER_REPORT,
    count: report.reports.length,
    body: Buffer.concat([info, ...report.reports.map(writeReportBlock)]),
  };
}

/** A receiver report as the packet that it is written as (RFC 3550 §6.4.2). */
export function rawReceiverReport(report: ReceiverReport): RawRtcpPacket {
  const ssrc = Buffer.allocUnsafe(4);
  ssrc.writeUInt32BE(report.ssrc >>> 0, 0);
  return {
    packetType: RtcpPacketType.RECEIVER_REPORT,
    count: report.reports.length,
    body: Buffer.concat([ssrc, ...report.reports.map(writeReportBlock)]),
  };
}

/** What stands behind the blocks is a profile-specific extension (RFC 3550 §6.4.3) and left away. */
function parseReportBlocks(body: Buffer, offset: number, count: number): ReportBlock[] | undefined {
  if (body.length < offset + count * REPORT_BLOCK_LENGTH) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = offset + index * REPORT_BLOCK_LENGTH;
    return {
      ssrc: body.readUInt32BE(at),
      fractionLost: body.readUInt8(at + 4),
      cumulativeLost: body.readIntBE(at + 5, 3),
      extendedHighestSequenceNumber: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12),
      lastSenderReport: body.readUInt32BE(at + 16),
      delaySinceLastSenderReport: body.readUInt32BE(at + 20),
    };
  });
}

function writeReportBlock(block: ReportBlock): Buffer {
  const bytes = Buffer.allocUnsafe(REPORT_BLOCK_LENGTH);
  bytes.writeUInt32BE(block.ssrc >>> 0, 0);
  bytes.writeUInt8(block.fractionLost & 0xff, 4);
  bytes.writeIntBE(Math.min(Math.max(block.cumulativeLost, -(2 ** 23)), 2 ** 23 - 1), 5, 3);
  bytes.writeUInt32BE(block.extendedHighestSequenceNumber >>> 0, 8);
  bytes.writeUInt32BE(block.jitter >>> 0, 12);
  bytes.writeUInt32BE(block.lastSenderReport >>> 0, 16);
  bytes.writeUInt32BE(block.delaySinceLastSenderReport >>> 0, 20);
  return bytes;
}
