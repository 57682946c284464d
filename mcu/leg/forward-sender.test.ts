import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { always, H264, packetOf, videoMedia } from './example-media.ts';
import { ForwardSender } from './forward-sender.ts';

function sender() {
  const sent: RtpPacket[] = [];
  const made = new ForwardSender({ ssrc: 9, source: 'room' }, videoMedia(), (packet) => sent.push(packet), always(0.5));
  return { sent, made };
}

test('payload, marker, gaps and clock are the party’s; source, numbers and payload type are ours', () => {
  const { sent, made } = sender();
  const payload = Buffer.from('as it is');
  made.forward(packetOf({ ssrc: 4, payloadType: 33, sequenceNumber: 900, timestamp: 1000, payload }), 0, 0);
  made.forward(packetOf({ ssrc: 4, payloadType: 33, sequenceNumber: 901, timestamp: 1000, marker: true }), 0, 1);
  made.forward(packetOf({ ssrc: 4, payloadType: 33, sequenceNumber: 905, timestamp: 4600 }), 3, 41);
  const [first, second, third] = sent;
  assert.ok(first && second && third);
  assert.deepEqual(first.payload, payload);
  assert.deepEqual([first.marker, second.marker], [false, true]);
  assert.deepEqual([first.ssrc, first.payloadType], [9, 104]);
  assert.equal(second.timestamp, first.timestamp);
  assert.equal(third.timestamp - first.timestamp, 3600);
  assert.equal(second.sequenceNumber - first.sequenceNumber, 1);
  assert.equal(third.sequenceNumber - second.sequenceNumber, 4, 'three numbers stay missing');
});

test('the clock goes on by a frame when the party changes its source or its time base', () => {
  const { sent, made } = sender();
  made.forward(packetOf({ ssrc: 4, timestamp: 0xffff_fff0 }), 0, 0);
  made.forward(packetOf({ ssrc: 4, timestamp: 3584 }), 0, 40);
  made.forward(packetOf({ ssrc: 5, timestamp: 77_000_000 }), 0, 80);
  made.forward(packetOf({ ssrc: 5, timestamp: 77_003_600 }), 0, 120);
  made.forward(packetOf({ ssrc: 5, timestamp: 5 }), 0, 160);
  const steps = sent.slice(1).map(({ timestamp }, index) => (timestamp - (sent[index]?.timestamp ?? 0)) >>> 0);
  assert.deepEqual(steps, [3600, 3600, 3600, 3600]);
  assert.equal(new Set(sent.map(({ ssrc }) => ssrc)).size, 1);
});

test('a pause of the party stays a pause', () => {
  const { sent, made } = sender();
  made.forward(packetOf({ ssrc: 4, timestamp: 0 }), 0, 0);
  made.forward(packetOf({ ssrc: 4, timestamp: 5 * 90_000 }), 0, 5000);
  assert.equal(((sent[1]?.timestamp ?? 0) - (sent[0]?.timestamp ?? 0)) >>> 0, 450_000);
});

test('the payload type follows the negotiation', () => {
  const { sent, made } = sender();
  made.update(videoMedia({ send: H264 }));
  made.forward(packetOf({ ssrc: 4 }), 0, 0);
  assert.equal(sent[0]?.payloadType, H264.payloadType);
});
