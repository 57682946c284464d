import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SentFrames } from './sent-frames.ts';

test('the last sending before a moment counts', () => {
  const sent = new SentFrames();
  for (const [frame, at] of [
    [7, 100],
    [8, 140],
    [7, 4100],
  ] as const) {
    sent.add({ host: 1, frame, at });
  }
  assert.equal(sent.sentAt(7, 250), 100);
  assert.equal(sent.sentAt(7, 4250), 4100);
  assert.equal(sent.sentAt(8, 130), undefined);
  assert.equal(sent.sentAt(9, 9999), undefined);
});

test('old frames are forgotten', () => {
  const sent = new SentFrames();
  for (let frame = 0; frame < 4000; frame++) {
    sent.add({ host: 1, frame, at: frame });
  }
  assert.equal(sent.sentAt(0, 1e9), undefined);
  assert.equal(sent.sentAt(3500, 1e9), 3500);
});
