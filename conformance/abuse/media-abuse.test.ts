import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRtcp } from '#codecs/rtcp/packet.ts';
import { isRtcp, parseRtpPacket } from '#codecs/rtp/packet.ts';
import { seededRandom } from '#signaling/sip/edge/mutation.ts';
import { BleedProber } from './bleed-prober.ts';
import { damageMedia } from './damage-media.ts';
import { mediaSeeds } from './media-seeds.ts';

const SOURCES = [
  { ssrc: 1234, payloadType: 96 },
  { ssrc: 5678, payloadType: 97 },
];

test('there are whole packets of every kind to be damaged, some of them of the sources', () => {
  const { rtp, rtcp, web } = mediaSeeds(SOURCES);
  const packets = rtp.map((datagram) => parseRtpPacket(datagram));
  assert.ok(packets.length > 200 && packets.every((packet) => packet !== undefined));
  for (const { ssrc, payloadType } of SOURCES) {
    assert.ok(packets.some((packet) => packet?.ssrc === ssrc && packet.payloadType === payloadType));
  }
  const types = new Set(rtcp.flatMap((datagram) => parseRtcp(datagram)?.map(({ type }) => type) ?? []));
  for (const type of ['sender-report', 'goodbye', 'nack', 'pli', 'fir', 'remb', 'tmmbr'] as const) {
    assert.ok(types.has(type), type);
  }
  assert.ok(rtcp.every(isRtcp));
  const [plain, full] = web;
  assert.equal(plain?.readUInt16BE(2), (plain?.length ?? 0) - 20);
  assert.equal(full?.readUInt16BE(2), (full?.length ?? 0) - 20, 'lengths of STUN are right');
});

test('damage is the same for the same seed, is mostly real, and leaves the seed alone', () => {
  const { rtp } = mediaSeeds(SOURCES);
  const [seed = Buffer.alloc(0)] = rtp;
  const before = Buffer.from(seed);
  const damaged = (number: number) => {
    const random = seededRandom(number);
    return Array.from({ length: 1000 }, () => damageMedia(seed, random, rtp));
  };
  const made = damaged(1);
  assert.deepEqual(made, damaged(1));
  assert.ok(made.filter((datagram) => !datagram.equals(seed)).length > 900);
  assert.ok(made.some((datagram) => parseRtpPacket(datagram) === undefined));
  assert.ok(made.filter((datagram) => parseRtpPacket(datagram) !== undefined).length > 300, 'many still are RTP');
  assert.deepEqual(seed, before);
});

test('the prober counts what comes back', async () => {
  const [one, other] = [await BleedProber.open('127.0.0.1'), await BleedProber.open('127.0.0.1')];
  await one.probe('127.0.0.1', other.port, other.port, SOURCES);
  for (let turn = 0; turn < 100 && other.received < one.sent; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(one.sent, 9);
  assert.equal(other.received, 9);
  assert.equal(one.received, 0);
  one.close();
  other.close();
});
