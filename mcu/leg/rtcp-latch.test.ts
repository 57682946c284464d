import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RtcpPacket } from '#codecs/rtcp/packet.ts';
import { packetOf } from './example-media.ts';
import { Latch } from './latch.ts';
import { RtcpLatch } from './rtcp-latch.ts';

const RTP = { address: '192.0.2.1', port: 4000 };
const SIGNALLED = { address: '192.0.2.1', port: 4001 };
const BEHIND_NAT = { address: '198.51.100.7', port: 61_000 };
const RTCP_BEHIND_NAT = { address: '198.51.100.7', port: 61_001 };
const STRANGER = { address: '203.0.113.9', port: 9 };
const PARTY = 77;

function compound(ssrc: number, cname: string | undefined = 'party'): RtcpPacket[] {
  const chunks = [{ ssrc, ...(cname === undefined ? {} : { cname }) }];
  return [
    { type: 'receiver-report', ssrc, reports: [] },
    { type: 'source-description', chunks },
  ];
}

function latches(): { readonly rtp: Latch; readonly rtcp: RtcpLatch } {
  const rtp = new Latch(RTP);
  rtp.expect(new Map([[8, 8000]]), BEHIND_NAT.address);
  return { rtp, rtcp: new RtcpLatch(SIGNALLED) };
}

/** The party's sound comes from behind NAT. */
function heardBehindNat(rtp: Latch): void {
  for (let index = 0; index < 3; index++) {
    const fields = { payloadType: 8, ssrc: PARTY, sequenceNumber: index, timestamp: 160 * index };
    rtp.decide(packetOf({ ...fields, payload: Buffer.alloc(160) }), BEHIND_NAT, 20 * index);
  }
  assert.deepEqual(rtp.target, BEHIND_NAT);
}

test('the signalled address is taken and sent to', () => {
  const { rtp, rtcp } = latches();
  assert.ok(rtcp.accepts(compound(1), SIGNALLED, rtp, 0));
  assert.deepEqual(rtcp.target, SIGNALLED);
});

test('behind NAT it is followed to the host that RTP comes from, for the source that RTP has', () => {
  const { rtp, rtcp } = latches();
  heardBehindNat(rtp);
  assert.ok(!rtcp.accepts(compound(PARTY), STRANGER, rtp, 100), 'who guessed the source');
  assert.ok(!rtcp.accepts(compound(78), RTCP_BEHIND_NAT, rtp, 100), 'another one behind the same NAT');
  assert.ok(!rtcp.accepts([{ type: 'goodbye', ssrcs: [PARTY] }], RTCP_BEHIND_NAT, rtp, 100), 'no report');
  assert.deepEqual(rtcp.target, SIGNALLED);
  assert.ok(rtcp.accepts(compound(PARTY), RTCP_BEHIND_NAT, rtp, 100));
  assert.deepEqual(rtcp.target, RTCP_BEHIND_NAT);
  assert.ok(!rtcp.accepts(compound(PARTY), { ...RTCP_BEHIND_NAT, port: 5 }, rtp, 14_000), 'while that one is heard');
  assert.ok(rtcp.accepts(compound(PARTY), { ...RTCP_BEHIND_NAT, port: 5 }, rtp, 16_000));
});

test('a party that only receives is followed to its own hosts when it names itself', () => {
  const { rtp, rtcp } = latches();
  assert.ok(!rtcp.accepts(compound(PARTY), STRANGER, rtp, 0));
  assert.ok(!rtcp.accepts(compound(PARTY, ''), RTCP_BEHIND_NAT, rtp, 0));
  assert.ok(rtcp.accepts(compound(PARTY), RTCP_BEHIND_NAT, rtp, 0));
  assert.deepEqual(rtcp.target, RTCP_BEHIND_NAT);
  assert.deepEqual(rtp.target, RTP, 'where RTP goes is another question');
});

test('RTCP from the port of RTP is taken and moves nothing', () => {
  const { rtp, rtcp } = latches();
  heardBehindNat(rtp);
  assert.ok(rtcp.accepts(compound(3), BEHIND_NAT, rtp, 100));
  assert.deepEqual(rtcp.target, SIGNALLED);
});

test('a newly signalled address counts at once, and the old one for a moment more', () => {
  const { rtp, rtcp } = latches();
  rtcp.accepts(compound(1), SIGNALLED, rtp, 0);
  rtcp.resignal(SIGNALLED, 0);
  const next = { ...SIGNALLED, port: 4003 };
  rtcp.resignal(next, 100);
  assert.deepEqual(rtcp.target, next);
  assert.ok(rtcp.accepts(compound(1), SIGNALLED, rtp, 200));
  assert.deepEqual(rtcp.target, next);
  assert.ok(!rtcp.accepts(compound(1, ''), SIGNALLED, rtp, 2000));
});

test('who says that he is nowhere is listened to where he was', () => {
  const { rtp, rtcp } = latches();
  rtcp.accepts(compound(1), SIGNALLED, rtp, 0);
  rtcp.resignal({ address: '0.0.0.0', port: 4001 }, 0);
  assert.ok(rtcp.accepts(compound(1), SIGNALLED, rtp, 60_000));
  assert.ok(!rtcp.accepts(compound(1), RTCP_BEHIND_NAT, rtp, 60_000));
});

test('goes on where another latch was', () => {
  const { rtp, rtcp } = latches();
  assert.equal(rtcp.record, undefined);
  const record = { signalled: SIGNALLED, followed: RTCP_BEHIND_NAT };
  rtcp.resume(record, 0);
  assert.deepEqual(rtcp.target, RTCP_BEHIND_NAT);
  assert.deepEqual(rtcp.record, record);
  assert.ok(rtcp.accepts(compound(1), RTCP_BEHIND_NAT, rtp, 10));
});
