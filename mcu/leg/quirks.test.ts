import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransportAddress } from '#codecs/media/description.ts';
import { writeCompound } from '#codecs/rtcp/packet.ts';
import { writeRtpPacket } from '#codecs/rtp/packet.ts';
import { PCMA, packetOf } from './example-media.ts';
import { KeyFrameDoor } from './key-frame-door.ts';
import { SOUND_RATE } from './receive-limit.ts';
import { SessionDoor } from './session-door.ts';

const SIGNALLED = { address: '192.0.2.1', port: 4000 };
/** Another port than the signalled one: where a firewall lets the party out. */
const ACTUAL = { address: '192.0.2.1', port: 61_000 };
const EMPTY = Buffer.alloc(0);

function door(): SessionDoor {
  const made = new SessionDoor(SOUND_RATE);
  const remoteRtcp = { ...SIGNALLED, port: 4001 };
  made.update({ remote: SIGNALLED, remoteRtcp, rtcpMux: false, receive: [PCMA] }, SOUND_RATE, SIGNALLED.address, 0);
  return made;
}

/** Sends sound from an address; how many packets are handed out. */
function speak(made: SessionDoor, from: TransportAddress): number {
  return Array.from({ length: 10 }, (_, index) =>
    made.rtp(
      writeRtpPacket(
        packetOf({
          payloadType: 8,
          ssrc: 5,
          sequenceNumber: index,
          timestamp: 160 * index,
          payload: Buffer.alloc(160),
        }),
      ),
      from,
      20 * index,
    ),
  ).flat().length;
}

// Habits of real systems; where each was told is beside its name.

test('h323-rtcp-zero-byte-crash: empty datagrams on the port of RTCP (willamowius/h323plus, commit bc0287b)', () => {
  const made = door();
  assert.deepEqual(made.rtcp(EMPTY, { ...SIGNALLED, port: 4001 }, 0), []);
  assert.equal(made.dropped['not-rtcp'], 1);
  const report = writeCompound([
    { type: 'receiver-report', ssrc: 5, reports: [] },
    { type: 'source-description', chunks: [{ ssrc: 5, cname: 'room' }] },
  ]);
  assert.equal(made.rtcp(report, { ...SIGNALLED, port: 4001 }, 1).length, 2);
});

test('h323-realpresence-zero-byte-keepalive: empty datagrams keep a firewall open (willamowius/gnugk ProxyChannel.cxx)', () => {
  const made = door();
  for (let count = 0; count < 10; count++) {
    assert.deepEqual(made.rtp(EMPTY, ACTUAL, count), []);
  }
  // They prove nothing, as anybody can send them: media follow the sound that comes the same way.
  assert.deepEqual(made.rtpTarget, SIGNALLED);
  assert.ok(speak(made, ACTUAL) > 0);
  assert.deepEqual(made.rtpTarget, ACTUAL);
});

test('h323-yealink-mobile-no-h46019-keepalive: nothing but sound shows the way (willamowius/gnugk ProxyChannel.cxx)', () => {
  const made = door();
  assert.equal(speak(made, ACTUAL), 10);
  assert.deepEqual(made.rtpTarget, ACTUAL);
});

test('h245-vfu-storm: requests for key frames without end (willamowius/gnugk changes.txt)', () => {
  const made = new KeyFrameDoor();
  const given = Array.from({ length: 1000 }, (_, index) => 10 * index).filter((now) => made.asks(now));
  assert.ok(given.length <= 4 + 10, `${given.length} in 10 s`);
  const late = given.slice(5);
  assert.ok(late.every((at, index) => at - (given[index + 4] ?? 0) >= 1000 - 10));
});
