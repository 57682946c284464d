import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestartDelay } from './restart-delay.ts';

test('engines that die at once are followed ever more slowly; a long life makes all good', () => {
  const delay = new RestartDelay();
  assert.deepEqual(
    [100, 100, 100, 100, 100].map((life) => delay.died(life)),
    [0, 500, 2000, 5000, 5000],
  );
  assert.equal(delay.died(61_000), 0);
  assert.equal(delay.died(100), 0);
});
