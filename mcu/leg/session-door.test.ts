import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeCompound } from '#codecs/rtcp/packet.ts';
import { type RtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { NONE_DROPPED } from './drop-reason.ts';
import { PCMA, packetOf } from './example-media.ts';
import { RTCP_RATE, SOUND_RATE, UNPROVEN_RATE } from './receive-limit.ts';
import { SessionDoor, type SessionPeer } from './session-door.ts';

const REMOTE = { address: '192.0.2.1', port: 4000 };
const REMOTE_RTCP = { address: '192.0.2.1', port: 4001 };
const BEHIND_NAT = { address: '198.51.100.7', port: 61_000 };
const STRANGER = { address: '203.0.113.9', port: 9 };
const PEER: SessionPeer = {
  remote: REMOTE,
  remoteRtcp: REMOTE_RTCP,
  rtcpMux: false,
  receive: [PCMA],
  telephoneEvent: { receive: { payloadType: 101, clockRate: 8000 } },
};
const REPORT = writeCompound([
  { type: 'receiver-report', ssrc: 5, reports: [] },
  { type: 'source-description', chunks: [{ ssrc: 5, cname: 'peer' }] },
]);

function door(changes: Partial<SessionPeer> = {}): SessionDoor {
  const made = new SessionDoor(SOUND_RATE);
  made.update({ ...PEER, ...changes }, SOUND_RATE, BEHIND_NAT.address, 0);
  return made;
}

function sound(fields: Partial<RtpPacket>): Buffer {
  return writeRtpPacket(packetOf({ payloadType: 8, ssrc: 5, payload: Buffer.alloc(160), ...fields }));
}

test('before anything is signalled nothing is taken and there is nowhere to send to', () => {
  const made = new SessionDoor(SOUND_RATE);
  assert.deepEqual(made.rtp(sound({}), REMOTE, 0), []);
  assert.deepEqual(made.rtcp(REPORT, REMOTE_RTCP, 0), []);
  assert.deepEqual([made.rtpTarget, made.rtcpTarget, made.record], [undefined, undefined, {}]);
  assert.deepEqual(made.dropped, { ...NONE_DROPPED, 'not-expected': 2 });
});

test('what was negotiated is taken, digits too; the rest is counted by its reason', () => {
  const made = door();
  assert.equal(made.rtp(sound({}), REMOTE, 0).length, 1);
  assert.equal(made.rtp(sound({ payloadType: 101 }), REMOTE, 0).length, 1);
  assert.deepEqual(made.rtp(sound({ payloadType: 0 }), REMOTE, 0), []);
  assert.deepEqual(made.rtp(Buffer.alloc(0), REMOTE, 0), []);
  // A STUN binding request (RFC 8489 §5).
  assert.deepEqual(made.rtp(Buffer.from('000100002112a442000102030405060708090a0b', 'hex'), REMOTE, 0), []);
  assert.deepEqual(made.rtcp(Buffer.from('80c90007', 'hex'), REMOTE_RTCP, 0), []);
  assert.deepEqual(made.rtp(sound({}), STRANGER, 0), []);
  assert.deepEqual(made.rtcp(REPORT, STRANGER, 0), []);
  assert.deepEqual(made.dropped, {
    ...NONE_DROPPED,
    'wrong-payload-type': 1,
    'not-rtp': 2,
    'not-rtcp': 1,
    'wrong-source': 2,
  });
});

test('with rtcp-mux RTCP is taken from where RTP is, and from nowhere else', () => {
  const made = door({ rtcpMux: true, remoteRtcp: REMOTE });
  assert.equal(made.rtcp(REPORT, REMOTE, 0).length, 2);
  for (const from of [REMOTE_RTCP, BEHIND_NAT, STRANGER]) {
    assert.deepEqual(made.rtcp(REPORT, from, 0), []);
  }
  assert.deepEqual([made.rtpTarget, made.rtcpTarget], [REMOTE, REMOTE]);
});

test('a goodbye of the right source from a wrong address is not heard', () => {
  const made = door();
  assert.equal(made.rtp(sound({}), REMOTE, 0).length, 1);
  const goodbye = writeCompound([
    { type: 'receiver-report', ssrc: 5, reports: [] },
    { type: 'goodbye', ssrcs: [5] },
  ]);
  assert.deepEqual(made.rtcp(goodbye, STRANGER, 0), []);
  assert.deepEqual(made.rtcp(goodbye, BEHIND_NAT, 0), []);
});

test('nobody floods: not the party, and strangers leave the party its share', () => {
  const made = door();
  for (let count = 0; count < 10_000; count++) {
    made.rtp(sound({ sequenceNumber: 2 * count }), STRANGER, 0);
    made.rtcp(REPORT, STRANGER, 0);
  }
  assert.equal(made.dropped['over-rate'], 20_000 - UNPROVEN_RATE.packetRate - RTCP_RATE.packetRate);
  assert.equal(made.rtp(sound({}), STRANGER, 10).length, 0);
  const flooding = door();
  let taken = 0;
  for (let count = 0; count < 10_000; count++) {
    taken += flooding.rtp(sound({ sequenceNumber: count & 0xffff }), REMOTE, 0).length;
  }
  assert.equal(taken, SOUND_RATE.packetRate);
  assert.equal(flooding.rtp(sound({}), REMOTE, 1000).length, 1, 'and is heard again when it stops');
});

test('a flood of strangers keeps no party out that is behind NAT', () => {
  const made = door();
  let taken = 0;
  for (let count = 0; count < 1000; count++) {
    made.rtp(sound({ ssrc: count, sequenceNumber: count }), { ...STRANGER, port: 1 + count }, 0);
  }
  for (let count = 0; count < 2; count++) {
    const fields = { sequenceNumber: count, timestamp: 160 * count };
    taken += made.rtp(sound(fields), BEHIND_NAT, 20 * count).length;
  }
  assert.equal(taken, 2);
  assert.deepEqual(made.rtpTarget, BEHIND_NAT);
  assert.ok(made.rtcp(REPORT, { ...BEHIND_NAT, port: 61_001 }, 100).length > 0);
  const next = door();
  next.resume(made.record, 200);
  assert.deepEqual([next.rtpTarget, next.rtcpTarget], [BEHIND_NAT, { ...BEHIND_NAT, port: 61_001 }]);
});
