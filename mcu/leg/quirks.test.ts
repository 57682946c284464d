import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TransportAddress } from '#codecs/media/description.ts';
import { compactNtp, ntpFromUnixMs, roundTripTime } from '#codecs/rtcp/ntp.ts';
import { writeCompound } from '#codecs/rtcp/packet.ts';
import { type RtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { splitAnnexB } from '#codecs/rtp/payload/annex-b.ts';
import { H264Depacketiser } from '#codecs/rtp/payload/h264-depacketiser.ts';
import { SourceTracker } from '#codecs/rtp/source-validation.ts';
import { PCMA, packetOf } from './example-media.ts';
import { KeyFrameDoor } from './key-frame-door.ts';
import { SOUND_RATE } from './receive-limit.ts';
import { SessionDoor } from './session-door.ts';

const SIGNALLED = { address: '192.0.2.1', port: 4000 };
/** Another port than the signalled one: where a firewall lets the party out. */
const ACTUAL = { address: '192.0.2.1', port: 61_000 };
const EMPTY = Buffer.alloc(0);
/** Baseline 1280x720, and a picture of it. */
const [SPS, PPS, IDR] = ['6742c01fda014016ec', '68ce3c80', '6588aa'] as const;

function pictureOf(payload: string, marker: boolean): RtpPacket {
  return packetOf({ payloadType: 97, ssrc: 6, marker, payload: Buffer.from(payload, 'hex') });
}

function door(): SessionDoor {
  const made = new SessionDoor(SOUND_RATE);
  const remoteRtcp = { ...SIGNALLED, port: 4001 };
  made.update({ remote: SIGNALLED, remoteRtcp, rtcpMux: false, receive: [PCMA] }, SOUND_RATE, SIGNALLED.address, 0);
  return made;
}

const REPORT = writeCompound([
  { type: 'receiver-report', ssrc: 5, reports: [] },
  { type: 'source-description', chunks: [{ ssrc: 5, cname: 'room' }] },
]);

/** A datagram as a multiplexing room of H.460.19 sends it: the number that its receiver gave to the session stands before it. */
function multiplexed(id: number, datagram: Uint8Array): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(id);
  return Buffer.concat([prefix, datagram]);
}

/** A packet of sound, the first at 0. */
function soundOf(index: number): Buffer {
  const payload = Buffer.alloc(160);
  return writeRtpPacket(packetOf({ payloadType: 8, ssrc: 5, sequenceNumber: index, timestamp: 160 * index, payload }));
}

/** A keep-alive as H.460.19 has it: RTP with nothing in it, counted apart from media. */
function keepAliveOf(payloadType: number, count: number, ssrc = 0): Buffer {
  return writeRtpPacket(packetOf({ payloadType, ssrc, marker: true, sequenceNumber: 100 + count, timestamp: count }));
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

test('dtmf-cisco-rtp-nte-old: digits in a payload type of its own (asterisk/asterisk res/res_rtp_asterisk.c)', () => {
  const made = door();
  const payload = Buffer.from('1907000212022002', 'hex');
  assert.deepEqual(made.rtp(writeRtpPacket(packetOf({ payloadType: 121, ssrc: 5, payload })), SIGNALLED, 0), []);
  assert.equal(made.dropped['wrong-payload-type'], 1, 'it is not heard as sound');
});

test('rtp-cisco-seq-jump: numbers of a source go on from another base (willamowius/h323plus src/rtp.cxx)', () => {
  const made = door();
  assert.equal(speak(made, SIGNALLED), 10);
  const later = Array.from({ length: 20 }, (_, index) =>
    made.rtp(
      writeRtpPacket(
        packetOf({
          payloadType: 8,
          ssrc: 5,
          sequenceNumber: 30_000 + index,
          timestamp: 160 * (10 + index),
          payload: Buffer.alloc(160),
        }),
      ),
      SIGNALLED,
      20 * (10 + index),
    ),
  );
  assert.ok(later.flat().length >= 18, 'one or two packets show that it is no mistake');
  assert.ok(later.slice(2).every(({ length }) => length > 0));
});

test('rtp-grandstream-sps-pps-marker: the marker on parameter sets (signalwire/freeswitch mod_av/avcodec.c)', () => {
  const depacketiser = new H264Depacketiser();
  const pictures = [SPS, PPS, IDR].flatMap((payload) => depacketiser.push(pictureOf(payload, true), 0));
  assert.equal(pictures.length, 1);
  assert.deepEqual([pictures[0]?.isKeyFrame, pictures[0]?.isCorrupt], [true, false]);
});

test('rtp-h264-out-of-band-parameter-sets: in the description, never in band (meetecho/janus-gateway#849)', () => {
  const sets = [SPS, PPS].map((unit) => Buffer.from(unit, 'hex').toString('base64'));
  const parameterSets = sets.map((set) => Buffer.from(set, 'base64'));
  const [picture] = new H264Depacketiser({ parameterSets }).push(pictureOf(IDR, true), 0);
  assert.deepEqual([picture?.isKeyFrame, picture?.isCorrupt], [true, false]);
  assert.deepEqual(
    splitAnnexB(picture?.data ?? EMPTY).map((unit) => unit.toString('hex')),
    [SPS, PPS, IDR],
  );
});

test('rtcp-cisco-lsr-wrong-bits: other bits of the time than the middle ones (medooze/media-server RTPOutgoingSource.cpp)', () => {
  const sent = ntpFromUnixMs(Date.UTC(2026, 0, 1, 8, 0, 0, 250));
  const now = compactNtp(ntpFromUnixMs(Date.UTC(2026, 0, 1, 8, 0, 0, 290)));
  assert.equal(Math.round(roundTripTime(now, compactNtp(sent), 0) ?? -1), 40);
  for (const wrong of [sent.seconds, sent.fraction, ((sent.fraction & 0xffff) << 16) | (sent.seconds & 0xffff)]) {
    assert.equal(roundTripTime(now, wrong >>> 0, 0), undefined, 'no round trip of hours');
  }
});

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

test('h323-polycom-rtcp-no-multiplexid: RTCP without the number of a multiplexed session (willamowius/gnugk ProxyChannel.cxx)', () => {
  const made = door();
  assert.equal(made.rtcp(REPORT, { ...SIGNALLED, port: 4001 }, 0).length, 2, 'none is asked for here');
  assert.equal(speak(made, SIGNALLED), 10);
  // Should one come all the same, it is not taken for the header: neither report nor sound.
  const numbers = [0, 1, 258, 0x40_00_00_00, 0xc0_00_00_01];
  for (const [index, id] of numbers.entries()) {
    assert.deepEqual(made.rtcp(multiplexed(id, REPORT), { ...SIGNALLED, port: 4001 }, 200), []);
    assert.deepEqual(made.rtp(multiplexed(id, soundOf(10)), SIGNALLED, 200), []);
    assert.deepEqual([made.dropped['not-rtcp'], made.dropped['not-rtp']], [index + 1, index + 1]);
  }
  fc.assert(
    fc.property(fc.nat({ max: 0xff_ff_ff_ff }), (id) => {
      assert.deepEqual(door().rtcp(multiplexed(id, REPORT), { ...SIGNALLED, port: 4001 }, 0), []);
    }),
  );
  assert.equal(made.rtp(soundOf(10), SIGNALLED, 200).length, 1, 'the sound goes on');
});

for (const [what, payloadType, ssrc] of [
  ['a type that says nothing here', 127, 0],
  ['the type of its sound', 8, 0],
  ['the type and source of its sound', 8, 5],
] as const) {
  test(`h323-vcs-keepalive-pt-equals-encryption-pt: keep-alives with ${what} (willamowius/gnugk ProxyChannel.cxx)`, () => {
    const made = door();
    const tracker = new SourceTracker();
    const verdicts: string[] = [];
    const take = (datagram: Buffer, now: number) => {
      for (const packet of made.rtp(datagram, SIGNALLED, now)) {
        verdicts.push(tracker.decide(packet, now).verdict);
      }
    };
    // Before any sound, in the midst of it, and in a pause of it.
    take(keepAliveOf(payloadType, 0, ssrc), 0);
    for (let index = 0; index < 200; index++) {
      take(soundOf(30_000 + index), 20 * index);
      if (index % 50 === 10) {
        take(keepAliveOf(payloadType, index, ssrc), 20 * index + 1);
        take(keepAliveOf(payloadType, index + 1, ssrc), 20 * index + 2);
      }
    }
    take(keepAliveOf(payloadType, 300, ssrc), 4500);
    take(keepAliveOf(payloadType, 301, ssrc), 4600);
    take(soundOf(30_200), 4700);
    assert.deepEqual(verdicts, ['switched', ...Array.from({ length: 200 }, () => 'accept')]);
    assert.equal(made.dropped['keep-alive'], 11);
    assert.deepEqual(made.rtpTarget, SIGNALLED);
  });
}

test('h323-h46019-keepalive-19s-burst: three keep-alives every 19 s (willamowius/h323plus, commit 1fc595b)', () => {
  const burst = (made: SessionDoor, from: TransportAddress, at: number) =>
    [0, 100, 200].forEach((after, index) => {
      assert.deepEqual(made.rtp(keepAliveOf(127, index), from, at + after), []);
    });
  // From the signalled address they show that the room is there, for as long as it has nothing else to send.
  const muted = door();
  for (const at of [0, 19_000, 38_000]) {
    burst(muted, SIGNALLED, at);
    assert.equal(muted.keptAliveAt, at + 200);
  }
  assert.equal(muted.dropped['keep-alive'], 9);

  // From elsewhere they prove nothing, of whatever type: anybody can send them. Sound from there still does, with no more of it.
  for (const payloadType of [127, 8]) {
    const made = door();
    burst(made, ACTUAL, 0);
    assert.deepEqual(made.rtp(keepAliveOf(payloadType, 3), ACTUAL, 300), []);
    assert.deepEqual([made.rtpTarget, made.keptAliveAt], [SIGNALLED, Number.NEGATIVE_INFINITY]);
    assert.equal(made.dropped['wrong-source'], 4);
    assert.equal(speak(made, ACTUAL), 10);
    assert.deepEqual(made.rtpTarget, ACTUAL);
    // Now this is the way that they keep: another port of the room's does not take it over in a pause that is filled with them.
    for (const at of [3000, 5000, 7000]) {
      burst(made, ACTUAL, at);
    }
    assert.equal(made.keptAliveAt, 7200);
    assert.deepEqual(made.rtp(soundOf(500), SIGNALLED, 9000), []);
    assert.deepEqual(made.rtpTarget, ACTUAL);
  }
});

test('h245-vfu-storm: requests for key frames without end (willamowius/gnugk changes.txt)', () => {
  const made = new KeyFrameDoor();
  const given = Array.from({ length: 1000 }, (_, index) => 10 * index).filter((now) => made.asks(now));
  assert.ok(given.length <= 4 + 10, `${given.length} in 10 s`);
  const late = given.slice(5);
  assert.ok(late.every((at, index) => at - (given[index + 4] ?? 0) >= 1000 - 10));
});
