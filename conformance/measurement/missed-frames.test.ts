import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MissedFrames } from './missed-frames.ts';

test('every frame that is left out is counted, over the end of the loop too', () => {
  const frames = new MissedFrames(100);
  for (const [frame, at] of [
    [97, 0],
    [98, 40],
    [98, 60],
    [99, 80],
    [0, 120],
    [3, 240],
  ] as const) {
    frames.shown(frame, at);
  }
  assert.deepEqual(frames.take(250), { shown: 5, missed: 2, late: 1, longest: 120 });
  frames.shown(4, 280);
  assert.deepEqual(frames.take(1280), { shown: 1, missed: 0, late: 0, longest: 1000 });
});

test('a stand longer than the loop misses whole rounds', () => {
  const frames = new MissedFrames(100);
  frames.shown(10, 0);
  frames.shown(12, 4080);
  assert.equal(frames.take(4080).missed, 101);
});
