import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { PictureLimit } from './picture-limit.ts';

const FEEDBACK = { nack: false, pli: false, fir: false, tmmbr: false, remb: false };
const VIDEO: NegotiatedVideo = {
  kind: 'main',
  index: 1,
  remote: { address: '192.0.2.7', port: 4000 },
  remoteRtcp: { address: '192.0.2.7', port: 4001 },
  rtcpMux: false,
  direction: 'sendrecv',
  send: { name: 'VP8', payloadType: 96, clockRate: 90_000, feedback: FEEDBACK, vp8: {} },
  sendBitRate: 1_500_000,
  receive: [],
};

function limitOf() {
  const seen: number[] = [];
  const waiting: { work: () => void; delay: number }[] = [];
  const limit: PictureLimit = new PictureLimit(
    () => seen.push(limit.bitRate),
    (work, delay) => waiting.push({ work, delay }),
  );
  return { limit, seen, waiting };
}

test('a limit holds the rate of what is sent, and is lifted', () => {
  const { limit } = limitOf();
  assert.equal(limit.applyTo(VIDEO), VIDEO);
  assert.equal(limit.applyTo(undefined), undefined);
  limit.ask(200_000, 0);
  assert.deepEqual(limit.applyTo(VIDEO), { ...VIDEO, sendBitRate: 200_000 });
  limit.ask(2_000_000, 5000);
  assert.equal(limit.applyTo(VIDEO), VIDEO);
});

test('who wants nothing is sent nothing, and is heard all the same', () => {
  const { limit } = limitOf();
  limit.ask(0, 0);
  assert.equal(limit.applyTo(VIDEO)?.direction, 'recvonly');
  assert.equal(limit.applyTo({ ...VIDEO, direction: 'sendonly' })?.direction, 'inactive');
});

test('many wishes in a second come to two changes, the last of them the newest wish', () => {
  const { limit, seen, waiting } = limitOf();
  for (let wish = 1; wish <= 100; wish++) {
    limit.ask(wish * 1000, wish);
  }
  assert.deepEqual([seen, waiting.length, waiting[0]?.delay], [[1000], 1, 999]);
  waiting[0]?.work();
  assert.deepEqual(seen, [1000, 100_000]);
  limit.ask(100_000, 5000);
  assert.equal(seen.length, 2, 'the same wish changes nothing');
});
