import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAfterDeath, pauseAfterFailure } from './restart-pause.ts';

test('the first deaths cost no time; one that dies at once again and again is started every 5 s', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 1000].map(pauseAfterDeath),
    [0, 0, 0, 250, 500, 1000, 2000, 4000, 5000, 5000],
  );
});

test('a port that is still held is tried every 25 ms for half a second, then less and less often', () => {
  assert.deepEqual([1, 2, 20, 21, 22, 23, 1000].map(pauseAfterFailure), [25, 25, 25, 50, 100, 200, 10_000]);
});
