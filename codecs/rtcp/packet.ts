import { type Goodbye, parseGoodbye, rawGoodbye } from './goodbye.ts';
import { type RawRtcpPacket, RtcpPacketType, splitCompound, writeRawPacket } from './header.ts';
import { type Fir, type Pli, parsePayloadFeedback, type Remb, rawPayloadFeedback } from './payload-feedback.ts';
import {
  parseReceiverReport,
  parseSenderReport,
  type ReceiverReport,
  rawReceiverReport,
  rawSenderReport,
  type SenderReport,
} from './report.ts';
import { parseSourceDescription, rawSourceDescription, type SourceDescription } from './source-description.ts';
import {
  type Nack,
  parseTransportFeedback,
  rawTransportFeedback,
  type Tmmbn,
  type Tmmbr,
  type TransportCc,
} from './transport-feedback.ts';

/** A packet that is not known, or whose inside is cut or contradicts itself. */
export interface UnknownRtcpPacket {
  readonly type: 'unknown';
  readonly raw: RawRtcpPacket;
}

/** What is written. */
export type WritableRtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | Nack
  | Tmmbr
  | Tmmbn
  | Pli
  | Fir
  | Remb;

/** What is read; told apart by `type`. */
export type RtcpPacket = WritableRtcpPacket | TransportCc | UnknownRtcpPacket;

/**
 * Reads an RTCP datagram: a compound (RFC 3550 §6.1) or reduced-size (RFC 5506).
 * Undefined when the headers are wrong or the lengths do not add up: then it is not RTCP and nothing of it counts.
 * A single packet that is wrong inside becomes `unknown`, the others count.
 */
export function parseRtcp(data: Uint8Array): RtcpPacket[] | undefined {
  return splitCompound(data)?.map((raw) => parse(raw) ?? { type: 'unknown', raw });
}

/**
 * Writes packets into one datagram. RFC 3550 §6.1 wants a report first and a source description with a canonical name in it;
 * RFC 5506 peers take feedback alone.
 * @throws RangeError when a list is longer than its field can count, or a canonical name too long.
 */
export function writeCompound(packets: readonly WritableRtcpPacket[]): Buffer {
  return Buffer.concat(packets.map((packet) => writeRawPacket(rawPacket(packet))));
}

function parse(raw: RawRtcpPacket): RtcpPacket | undefined {
  switch (raw.packetType) {
    case RtcpPacketType.SENDER_REPORT:
      return parseSenderReport(raw);
    case RtcpPacketType.RECEIVER_REPORT:
      return parseReceiverReport(raw);
    case RtcpPacketType.SOURCE_DESCRIPTION:
      return parseSourceDescription(raw);
    case RtcpPacketType.GOODBYE:
      return parseGoodbye(raw);
    case RtcpPacketType.TRANSPORT_FEEDBACK:
      return parseTransportFeedback(raw);
    case RtcpPacketType.PAYLOAD_FEEDBACK:
      return parsePayloadFeedback(raw);
    default:
      return undefined;
  }
}

function rawPacket(packet: WritableRtcpPacket): RawRtcpPacket {
  switch (packet.type) {
    case 'sender-report':
      return rawSenderReport(packet);
    case 'receiver-report':
      return rawReceiverReport(packet);
    case 'source-description':
      return rawSourceDescription(packet);
    case 'goodbye':
      return rawGoodbye(packet);
    case 'nack':
    case 'tmmbr':
    case 'tmmbn':
      return rawTransportFeedback(packet);
    case 'pli':
    case 'fir':
    case 'remb':
      return rawPayloadFeedback(packet);
  }
}
