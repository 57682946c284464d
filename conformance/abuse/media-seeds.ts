import { readFileSync } from 'node:fs';
import { type WritableRtcpPacket, writeCompound } from '#codecs/rtcp/packet.ts';
import { isRtcp, parseRtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { readUdpDatagrams } from '#codecs/vectors/pcap.ts';

const CAPTURES = ['baresip-opus-h264.pcap', 'linphone-opus-h264.pcap'];
/** Datagrams taken of each capture. */
const TAKEN = 200;

/** A source that the flood pretends to be. */
export interface PretendedSource {
  readonly ssrc: number;
  readonly payloadType: number;
}

/** Whole datagrams to be damaged, by the port that they are for. */
export interface MediaSeeds {
  readonly rtp: readonly Buffer[];
  readonly rtcp: readonly Buffer[];
  /** STUN, DTLS, and SRTP that nobody has a key for. */
  readonly web: readonly Buffer[];
}

/** What real rooms sent, as it is and under the names of these sources; RTCP of every kind; what browsers begin with. */
export function mediaSeeds(sources: readonly PretendedSource[]): MediaSeeds {
  const captured = CAPTURES.flatMap((name) =>
    readUdpDatagrams(readFileSync(new URL(`../../codecs/vectors/captures/${name}`, import.meta.url)))
      .map(({ payload }) => payload)
      .filter((payload) => parseRtpPacket(payload) !== undefined)
      .slice(0, TAKEN),
  );
  const media = captured.filter((payload) => !isRtcp(payload));
  const pretended = media.flatMap((payload, index) => {
    const source = sources[index % Math.max(1, sources.length)];
    const packet = parseRtpPacket(payload);
    return source === undefined || packet === undefined ? [] : [writeRtpPacket({ ...packet, ...source })];
  });
  return {
    rtp: [...media, ...pretended],
    rtcp: [...captured.filter(isRtcp), ...sources.flatMap(({ ssrc }) => control(ssrc))],
    web: [...STUN, DTLS_CLIENT_HELLO, ...media.slice(0, 20)],
  };
}

function control(ssrc: number): Buffer[] {
  const report: WritableRtcpPacket = { type: 'receiver-report', ssrc, reports: [] };
  const block = {
    ssrc,
    fractionLost: 255,
    cumulativeLost: 0x7f_ffff,
    extendedHighestSequenceNumber: 0xffff_ffff,
    jitter: 0xffff_ffff,
    lastSenderReport: 1,
    delaySinceLastSenderReport: 0xffff_ffff,
  };
  const packets: WritableRtcpPacket[] = [
    {
      type: 'sender-report',
      ssrc,
      ntp: { seconds: 0xffff_ffff, fraction: 0xffff_ffff },
      rtpTimestamp: 0,
      packetCount: 0xffff_ffff,
      octetCount: 0xffff_ffff,
      reports: [block],
    },
    { type: 'source-description', chunks: [{ ssrc, cname: 'x'.repeat(255) }] },
    { type: 'goodbye', ssrcs: [ssrc] },
    { type: 'nack', senderSsrc: ssrc, mediaSsrc: ssrc, sequenceNumbers: Array.from({ length: 2000 }, (_, n) => n) },
    { type: 'pli', senderSsrc: ssrc, mediaSsrc: ssrc },
    { type: 'fir', senderSsrc: ssrc, entries: [{ ssrc, sequenceNumber: 1 }] },
    { type: 'remb', senderSsrc: ssrc, bitRate: 2 ** 80, ssrcs: [ssrc] },
    { type: 'tmmbr', senderSsrc: ssrc, entries: [{ ssrc, bitRate: 0, overhead: 511 }] },
  ];
  return packets.map((packet) => writeCompound([report, packet]));
}

/** RFC 8489 §5: a Binding request as it is, and one with user name, priority, ICE-CONTROLLING, integrity and fingerprint (RFC 8445 §7.1). */
const STUN = [
  '000100002112a442000102030405060708090a0b',
  `000100442112a4420b0a09080706050403020100000600096162636465663a67680000000024000
46e7f00ff802a00080000000000000001000800149a4b3c2d1e0f9a4b3c2d1e0f9a4b3c2d1e0f9a4b80280004deadbeef`,
].map((text) => Buffer.from(text.replace(/\s/g, ''), 'hex'));

/** The head of a DTLS 1.2 ClientHello (RFC 6347 §4.2.1) with one cipher suite. */
const DTLS_CLIENT_HELLO = Buffer.from(
  `16feff0000000000000000003a0100002e000000000000002efefd${'5a'.repeat(32)}00000002c02b01000000`,
  'hex',
);
