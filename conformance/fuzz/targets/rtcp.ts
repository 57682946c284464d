import assert from 'node:assert/strict';
import { parseRtcp, type RtcpPacket, type WritableRtcpPacket, writeCompound } from '#codecs/rtcp/packet.ts';
import { isRtcp } from '#codecs/rtp/packet.ts';
import { capturedDatagrams } from '#conformance/fuzz/captured.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const SOURCES = { senderSsrc: 1, mediaSsrc: 2 };
const LIMITS = [{ ssrc: 7, bitRate: 512_000, overhead: 40 }];

/** One of each kind. */
const KINDS: readonly WritableRtcpPacket[] = [
  { type: 'source-description', chunks: [{ ssrc: 1, cname: 'room@example.org' }, { ssrc: 2 }] },
  { type: 'goodbye', ssrcs: [1, 2] },
  { type: 'nack', ...SOURCES, sequenceNumbers: [65_530, 65_535, 3, 100] },
  { type: 'tmmbr', senderSsrc: 1, entries: LIMITS },
  { type: 'tmmbn', senderSsrc: 1, entries: LIMITS },
  { type: 'pli', ...SOURCES },
  { type: 'fir', senderSsrc: 1, entries: [{ ssrc: 2, sequenceNumber: 9 }] },
  { type: 'remb', senderSsrc: 1, bitRate: 1_500_000, ssrcs: [2, 3] },
];

/** Lists are no longer than the octets that came; what was read says the same when it is written. */
export const target: FuzzTarget = {
  title: 'RTCP compounds',
  maximumLength: 2000,
  seeds: () => [
    ...capturedDatagrams().flatMap(({ payload }) => (isRtcp(payload) ? [payload] : [])),
    ...KINDS.map((packet) => writeCompound([packet])),
    writeCompound(KINDS),
    // More names than anybody can have missed.
    writeCompound([{ type: 'nack', ...SOURCES, sequenceNumbers: Array.from({ length: 5000 }, (_, index) => index) }]),
    // Transport-wide feedback, which is not taken apart; a compound with padding at its end.
    Buffer.from('8fcd0004000000010000000200010001000000002000aabb', 'hex'),
    Buffer.from(
      '81c90007000000010000000200000000000000000000000000000000000000008000000000a1cb00020000000100000004',
      'hex',
    ),
  ],
  dictionary: [
    'REMB',
    ...['80c8', '81c9', '81ca', '81cb', '81cd', '83cd', '84cd', '8fcd', '81ce', '84ce', '8fce', 'a1cb'].map((octets) =>
      Buffer.from(octets, 'hex'),
    ),
  ],
  examine(input) {
    const packets = parseRtcp(input);
    if (packets === undefined) return;
    assert.ok(packets.length <= input.length / 4);
    const known = packets.filter(isWritable);
    for (const packet of known) checkBounds(packet, input.length);
    const again = parseRtcp(writeCompound(known)) ?? [];
    assert.deepEqual(again.map(comparable), known.map(comparable));
  },
};

/** Entries of a NACK that are read; each names one packet or more. */
const MOST_ENTRIES = 256;

function isWritable(packet: RtcpPacket): packet is WritableRtcpPacket {
  return packet.type !== 'unknown' && packet.type !== 'transport-cc';
}

function checkBounds(packet: WritableRtcpPacket, length: number): void {
  if (packet.type === 'nack') assert.ok(packet.sequenceNumbers.length <= 17 * Math.min(MOST_ENTRIES, length / 4));
  if (packet.type === 'remb') assert.ok(packet.ssrcs.length <= length / 4 && packet.bitRate >= 0);
  if (packet.type === 'source-description') assert.ok(packet.chunks.length <= 31);
}

/** A packet without what writing may put otherwise: the order of names in a NACK, and all of them where they are many. */
function comparable(packet: RtcpPacket): unknown {
  if (packet.type !== 'nack') return packet;
  const names = [...new Set(packet.sequenceNumbers)].sort((one, other) => one - other);
  return { ...packet, sequenceNumbers: names.length <= MOST_ENTRIES ? names : [] };
}
