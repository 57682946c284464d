import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PictureBeat } from './picture-beat.ts';

test('beats stand at equal distances; what was missed is made up for, and of a long standstill the last four', () => {
  const beat = new PictureBeat(1000, 40);
  assert.deepEqual(beat.due(999), { beats: [], givenUp: 0 });
  assert.deepEqual(beat.due(1000), { beats: [1000], givenUp: 0 });
  assert.equal(beat.next, 1040);
  assert.deepEqual(beat.due(1030), { beats: [], givenUp: 0 });
  assert.deepEqual(beat.due(1079), { beats: [1040], givenUp: 0 });
  assert.deepEqual(beat.due(1165), { beats: [1080, 1120, 1160], givenUp: 0 });
  assert.deepEqual(beat.due(2010), { beats: [1880, 1920, 1960, 2000], givenUp: 17 });
  assert.equal(beat.next, 2040);
});
