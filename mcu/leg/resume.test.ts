import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { legRecord } from '../engine/resume-record.ts';
import { AudioSender } from './audio-sender.ts';
import { audioMedia, videoMedia } from './example-media.ts';
import { ForwardSender } from './forward-sender.ts';
import { newSourceNumbers, pictureLeap, resumedSourceNumbers, VideoSender } from './video-sender.ts';

// One engine sends, another one goes on where it stopped: what the peer sees must be one source that lost some packets.

const never = () => assert.fail('nothing is random in a source that goes on');
const step = (from: RtpPacket | undefined, to: RtpPacket | undefined) =>
  ((to?.sequenceNumber ?? 0) - (from?.sequenceNumber ?? 0)) & 0xffff;
const later = (from: RtpPacket | undefined, to: RtpPacket | undefined) =>
  ((to?.timestamp ?? 0) - (from?.timestamp ?? 0)) >>> 0;

test('sound goes on with its source, numbers ahead, timestamps by the clock', () => {
  const sent: RtpPacket[] = [];
  const first = new AudioSender(
    7,
    audioMedia(),
    (packet) => sent.push(packet),
    () => 0.9999,
  );
  assert.equal(first.record, undefined, 'nothing was sent: nothing is to go on with');
  for (let tick = 0; tick < 10; tick++) {
    first.tick(Buffer.alloc(160), tick * 20);
  }
  const { record } = first;
  assert.ok(record);
  const second = new AudioSender(7, audioMedia(), (packet) => sent.push(packet), never, record, 1700);
  assert.deepEqual(second.record, record, 'before it sends, another one would go on with the same');
  second.tick(Buffer.alloc(160), 1711);
  const [last, next] = sent.slice(-2);
  assert.equal(next?.ssrc, 7);
  assert.equal(step(last, next), 101);
  const { clockRate } = audioMedia().send;
  assert.equal(later(last, next), Math.round(((1711 - 180) * clockRate) / 1000));
  assert.equal(next?.marker, true);
  assert.deepEqual(second.stream.counters.packets, 11, 'sender reports count on');
});

test('sound of another clock or source begins anew', () => {
  const sent: RtpPacket[] = [];
  const first = new AudioSender(
    7,
    audioMedia(),
    (packet) => sent.push(packet),
    () => 0,
  );
  first.tick(Buffer.alloc(160), 0);
  const { record } = first;
  assert.ok(record);
  const other = new AudioSender(
    8,
    audioMedia(),
    (packet) => sent.push(packet),
    () => 0.5,
    record,
    10,
  );
  other.tick(Buffer.alloc(160), 20);
  assert.equal(sent.at(-1)?.sequenceNumber, 0x4000);
});

test('a rendition goes on with its source, and with a key frame', () => {
  const sent: RtpPacket[] = [];
  const media = videoMedia();
  const payloads = [{ payload: Buffer.alloc(100), marker: true }];
  const send = (packet: RtpPacket) => sent.push(packet);
  const numbers = newSourceNumbers(9, 90_000, () => 0.9999);
  const first = new VideoSender('r', numbers, media, send);
  first.picture(payloads, true, 1000, 1000);
  const sentRecord = numbers.stream.record;
  assert.ok(sentRecord);
  const record = { ...sentRecord, timestampOffset: numbers.timestampOffset };
  const resumed = resumedSourceNumbers(record, 90_000, pictureLeap(media, 1500));
  const second = new VideoSender('r', resumed, media, send);
  assert.equal(second.begun, false);
  assert.equal(second.picture(payloads, false, 2960, 2960), true, 'it waits for a key frame');
  second.picture(payloads, true, 3000, 3000);
  const [last, next] = sent;
  assert.equal(second.begun, true);
  assert.equal(next?.ssrc, 9);
  assert.ok(step(last, next) > 500 && step(last, next) < 3000);
  assert.equal(later(last, next), 180_000);
});

test('a picture that is sent on keeps its distance to the clock of its party', () => {
  const sent: RtpPacket[] = [];
  const media = videoMedia();
  const packet = (timestamp: number): RtpPacket => ({
    ssrc: 3,
    payloadType: 97,
    marker: true,
    sequenceNumber: 1,
    timestamp,
    payload: Buffer.alloc(10),
  });
  const send = (each: RtpPacket) => sent.push(each);
  const output = { ssrc: 10, source: 'a' };
  const first = new ForwardSender(output, media, send, () => 0.9999);
  first.forward(packet(90_000), 0, 0);
  const { record } = first;
  assert.ok(record);
  const second = new ForwardSender(output, media, send, never, { record, leap: 600 });
  second.forward(packet(270_000), 0, 2000);
  assert.equal(later(sent[0], sent[1]), 180_000);
  assert.equal(step(sent[0], sent[1]), 601);
});

test('records pass the door of the protocol', () => {
  const sender = new AudioSender(7, audioMedia(), () => undefined, Math.random);
  sender.tick(Buffer.alloc(160), 20);
  const record = { leg: 'a', at: 20, audio: { session: {}, sent: sender.record } };
  assert.deepEqual(legRecord.parse(record), record);
  assert.throws(() => legRecord.parse({ ...record, audio: { session: {}, sent: { ...sender.record, ssrc: 0 } } }));
});
