import { parseRtcp, type RtcpPacket } from '#codecs/rtcp/packet.ts';
import type { ReportBlock } from '#codecs/rtcp/report.ts';

/** What a datagram of RTCP says, in words: one for each packet in it. */
export interface DescribedRtcp {
  readonly packets: readonly string[];
  /** It holds nothing but regular reports. */
  readonly isRegular: boolean;
}

/** Reads RTCP for people. */
export function describeRtcp(datagram: Uint8Array): DescribedRtcp {
  const packets = parseRtcp(Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length)) ?? [];
  return {
    packets: packets.map(describePacket),
    isRegular: packets.every(isRegular),
  };
}

/** Extended reports (RFC 3611 §2). */
const XR = 207;
const REGULAR: ReadonlySet<RtcpPacket['type']> = new Set(['sender-report', 'receiver-report', 'source-description']);

/** Types that are not taken apart here (RFC 3550 §12.1, RFC 3611 §2). */
const OTHERS: ReadonlyMap<number, string> = new Map([
  [204, 'APP'],
  [XR, 'XR'],
]);

/** XR comes with each report of a browser. */
function isRegular(packet: RtcpPacket): boolean {
  return REGULAR.has(packet.type) || (packet.type === 'unknown' && packet.raw.packetType === XR);
}

function describePacket(packet: RtcpPacket): string {
  switch (packet.type) {
    case 'sender-report':
      return `SR ${hex(packet.ssrc)} ${packet.packetCount} packets ${packet.octetCount} octets${blocks(packet.reports)}`;
    case 'receiver-report':
      return `RR ${hex(packet.ssrc)}${blocks(packet.reports)}`;
    case 'source-description':
      return `SDES ${packet.chunks.map(({ ssrc }) => hex(ssrc)).join(' ')}`;
    case 'goodbye':
      return `BYE ${packet.ssrcs.map(hex).join(' ')}`;
    case 'nack':
      return `NACK ${hex(packet.mediaSsrc)} ${packet.sequenceNumbers.length} packets`;
    case 'pli':
      return `PLI ${hex(packet.mediaSsrc)}`;
    case 'fir':
      return `FIR ${packet.entries.map(({ ssrc, sequenceNumber }) => `${hex(ssrc)} #${sequenceNumber}`).join(' ')}`;
    case 'remb':
      return `REMB ${Math.round(packet.bitRate / 1000)} kbit/s`;
    case 'tmmbr':
    case 'tmmbn':
      return `${packet.type.toUpperCase()} ${packet.entries.map(({ bitRate }) => `${Math.round(bitRate / 1000)} kbit/s`).join(' ')}`;
    case 'transport-cc':
      return 'transport-cc';
    case 'unknown':
      return OTHERS.get(packet.raw.packetType) ?? `packet type ${packet.raw.packetType}`;
  }
}

function blocks(reports: readonly ReportBlock[]): string {
  return reports
    .map(
      ({ ssrc, fractionLost, cumulativeLost, jitter }) =>
        `; of ${hex(ssrc)} lost ${cumulativeLost} (${((100 * fractionLost) / 256).toFixed(1)} %) jitter ${jitter}`,
    )
    .join('');
}

function hex(ssrc: number): string {
  return ssrc.toString(16).padStart(8, '0');
}
