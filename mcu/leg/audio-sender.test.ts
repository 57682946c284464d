import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { AudioSender } from './audio-sender.ts';
import { always, audioMedia, OPUS, PCMA, PCMU } from './example-media.ts';

function sender(changes: Parameters<typeof audioMedia>[0] = {}) {
  const sent: RtpPacket[] = [];
  return { sent, made: new AudioSender(5, audioMedia(changes), (packet) => sent.push(packet), always(0)) };
}

const OCTETS = Buffer.alloc(160, 1);

test('a packet each tick: timestamps by the clock, the marker on the first of a run', () => {
  const { sent, made } = sender();
  for (let tick = 0; tick < 3; tick++) {
    made.tick(OCTETS, tick * 20);
  }
  assert.deepEqual(
    sent.map(({ timestamp, marker, payloadType, payload }) => [timestamp, marker, payloadType, payload.length]),
    [
      [0, true, 8, 160],
      [160, false, 8, 160],
      [320, false, 8, 160],
    ],
  );
});

test('40 ms of G.711 in a packet: two ticks joined, the timestamp of the first', () => {
  const { sent, made } = sender({ packetTime: 40 });
  for (let tick = 0; tick < 5; tick++) {
    made.tick(Buffer.alloc(160, tick), tick * 20);
  }
  assert.deepEqual(
    sent.map(({ timestamp, payload }) => [timestamp, payload.length, payload[0], payload[160]]),
    [
      [0, 320, 0, 1],
      [320, 320, 2, 3],
    ],
  );
  // The report stands for the first sample of the packet: 20 ms before the tick that completed it.
  assert.equal(made.stream.report(60, 0)?.rtpTimestamp, 480);
});

test('a packet is never longer than the party asked for', () => {
  for (const [packetTime, octets] of [
    [10, 160],
    [20, 160],
    [30, 160],
    [60, 480],
  ] as const) {
    const { sent, made } = sender({ packetTime });
    for (let tick = 0; tick < 6; tick++) {
      made.tick(OCTETS, tick * 20);
    }
    assert.equal(sent[0]?.payload.length, octets, `${packetTime} ms`);
  }
});

test('a tick without a payload passes time and begins a new run; what was begun is dropped', () => {
  const { sent, made } = sender({ packetTime: 40 });
  made.tick(OCTETS, 0);
  made.tick(undefined, 20);
  made.tick(OCTETS, 40);
  made.tick(OCTETS, 60);
  assert.deepEqual(
    sent.map(({ timestamp, marker }) => [timestamp, marker]),
    [[320, true]],
  );
});

test('time that passed without ticks, as on hold, passes in the timestamps too', () => {
  const { sent, made } = sender();
  made.tick(OCTETS, 1000);
  made.tick(OCTETS, 61_000.004);
  made.tick(OCTETS, 61_020.004);
  assert.deepEqual(
    sent.map(({ timestamp, marker }) => [timestamp, marker]),
    [
      [0, true],
      [480_000, true],
      [480_160, false],
    ],
  );
});

test('Opus has a packet for each tick whatever the packet time', () => {
  const { sent, made } = sender({ send: OPUS, receive: [OPUS], packetTime: 60 });
  made.tick(Buffer.alloc(80), 0);
  made.tick(Buffer.alloc(80), 20);
  assert.deepEqual(
    sent.map(({ timestamp }) => timestamp),
    [0, 960],
  );
});

test('another codec begins a new run and joins nothing of the old one', () => {
  const { sent, made } = sender({ packetTime: 40 });
  made.tick(OCTETS, 0);
  made.update(audioMedia({ send: PCMU, packetTime: 40 }));
  made.tick(Buffer.alloc(160, 2), 20);
  made.tick(Buffer.alloc(160, 2), 40);
  assert.deepEqual(
    sent.map(({ payloadType, marker, timestamp, payload }) => [payloadType, marker, timestamp, payload[0]]),
    [[PCMU.payloadType, true, 160, 2]],
  );
  made.update(audioMedia({ send: { ...PCMA, payloadType: 110 } }));
  made.tick(OCTETS, 60);
  assert.equal(sent.at(-1)?.payloadType, 110);
});
