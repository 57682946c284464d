import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { always, H264, VP8, videoMedia } from './example-media.ts';
import { newSourceNumbers, SOUND_LATER, VideoSender } from './video-sender.ts';

const SSRC = 9;

function payloads(count: number, length = 1000) {
  return Array.from({ length: count }, (_, index) => ({
    payload: Buffer.alloc(length, index),
    marker: index === count - 1,
  }));
}

function sender(changes: Parameters<typeof videoMedia>[0] = {}) {
  const sent: RtpPacket[] = [];
  const numbers = newSourceNumbers(SSRC, 90_000, always(0.5));
  const again = () => new VideoSender('r', numbers, videoMedia(changes), (packet) => sent.push(packet));
  return { sent, made: again(), again };
}

test('it begins with a key frame and asks for one until then', () => {
  const { sent, made } = sender();
  assert.equal(made.picture(payloads(1), false, 0, 0), true, 'a key frame is needed');
  assert.equal(sent.length, 0);
  assert.equal(made.begun, false);
  assert.equal(made.picture(payloads(2), true, 40, 40), false);
  made.tick(100);
  assert.equal(made.begun, true);
  assert.equal(made.picture(payloads(1), false, 80, 100), false);
  made.tick(200);
  assert.deepEqual(
    sent.map(({ marker }) => marker),
    [false, true, true],
  );
  assert.equal((sent[2]?.timestamp ?? 0) - (sent[0]?.timestamp ?? 0), 3600, '40 ms at 90 kHz');
  assert.deepEqual(
    sent.map(({ ssrc, payloadType }) => [ssrc, payloadType]),
    Array.from({ length: 3 }, () => [9, VP8.payloadType]),
  );
});

test('reports place a picture at the sound that belongs to it', () => {
  const { sent, made } = sender();
  made.picture(payloads(1), true, 1000, 1005);
  const report = made.stream.report(1000 + SOUND_LATER, 5_000_000);
  assert.equal(report?.rtpTimestamp, sent[0]?.timestamp);
});

test('the next sender of a source goes on with its numbers and its clock, from a key frame', () => {
  const { sent, made, again } = sender();
  made.picture(payloads(2), true, 0, 0);
  made.tick(100);
  const next = again();
  assert.equal(next.begun, false);
  assert.equal(next.picture(payloads(1), false, 5000, 5000), true, 'a key frame is needed');
  next.picture(payloads(1), true, 5040, 5040);
  next.tick(5100);
  assert.equal(next.begun, true);
  const [first, , third] = sent;
  assert.equal(third?.sequenceNumber, ((first?.sequenceNumber ?? 0) + 2) & 0xffff);
  assert.equal(((third?.timestamp ?? 0) - (first?.timestamp ?? 0)) >>> 0, (5040 * 90) >>> 0);
  assert.equal(next.stream.counters.packets, 3);
});

test('a large picture is spread over time at two and a half times the rate, in order', () => {
  const { sent, made } = sender({ sendBitRate: 1_000_000 });
  made.picture(payloads(60), true, 0, 0);
  const atOnce = sent.length;
  assert.ok(atOnce < 10, `${atOnce} packets at once`);
  for (let now = 5; now <= 100; now += 5) {
    made.tick(now);
  }
  // 100 ms at 2.5 Mbit/s, packets of 1040 octets with their headers.
  assert.ok(sent.length > 25 && sent.length < 40, `${sent.length} after 100 ms`);
  for (let now = 105; now <= 300; now += 5) {
    made.tick(now);
  }
  assert.equal(sent.length, 60, 'none waits longer than a quarter of a second');
  sent.slice(1).forEach((packet, index) => {
    assert.equal(packet.sequenceNumber, ((sent[index]?.sequenceNumber ?? 0) + 1) & 0xffff);
  });
});

test('missing packets are sent again, the same bytes, not before half a round trip has passed and not for ever', () => {
  const { sent, made } = sender();
  made.picture(payloads(3, 100), true, 0, 0);
  made.tick(50);
  const original = sent[1];
  assert.ok(original);
  sent.length = 0;
  made.retransmit([original.sequenceNumber], 55);
  assert.equal(sent.length, 0, 'its first copy may still be on the way');
  made.retransmit([original.sequenceNumber, 12_345], 80);
  assert.deepEqual(sent, [original]);
  made.retransmit([original.sequenceNumber], 5000);
  assert.equal(sent.length, 1, 'nobody waits for it any more');
});

test('who asks for everything again and again is not sent more than the rate allows', () => {
  const { sent, made } = sender({ sendBitRate: 1_000_000 });
  for (let picture = 0; picture < 10; picture++) {
    made.picture(payloads(8), picture === 0, picture * 40, picture * 40);
    made.tick(picture * 40 + 35);
  }
  const all = sent.map(({ sequenceNumber }) => sequenceNumber);
  sent.length = 0;
  for (let now = 400; now < 900; now += 10) {
    made.retransmit(all, now);
  }
  const bits = sent.reduce((sum, { payload }) => sum + 8 * payload.length, 0);
  assert.ok(bits > 100_000, 'some are sent again');
  assert.ok(bits < 1_200_000, `${bits} bits sent again in half a second of a stream of 1 Mbit/s`);
});

test('a peer that allows no bit rate at all is paced like the poorest line', () => {
  const { sent, made } = sender({ sendBitRate: 0 });
  made.picture(payloads(1), true, 0, 0);
  made.tick(300);
  assert.equal(sent.length, 1);
  made.update(videoMedia({ sendBitRate: 0 }));
});

test('after a picture that found no room it waits for a key frame, and no number is missing', () => {
  const { sent, made } = sender();
  made.picture(payloads(1999, 10), true, 0, 0);
  assert.equal(made.picture(payloads(100, 10), false, 40, 0), true);
  assert.equal(made.picture(payloads(1, 10), false, 80, 0), true, 'it would build on what was left out');
  for (let now = 0; now < 400; now += 5) {
    made.tick(now);
  }
  assert.equal(made.picture(payloads(1, 10), true, 500, 500), false);
  made.tick(600);
  assert.equal(sent.length, 2000);
  assert.equal(sent.at(-1)?.sequenceNumber, ((sent[0]?.sequenceNumber ?? 0) + 1999) & 0xffff);
});

test('payload type and rate follow the negotiation', () => {
  const { sent, made } = sender();
  made.picture(payloads(1), true, 0, 0);
  made.update(videoMedia({ send: H264, sendBitRate: 64_000 }));
  made.picture(payloads(1), false, 40, 40);
  made.tick(300);
  assert.deepEqual(
    sent.map(({ payloadType }) => payloadType),
    [VP8.payloadType, H264.payloadType],
  );
});
