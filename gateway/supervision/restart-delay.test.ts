import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestartDelay } from './restart-delay.ts';

test('waits longer each time a process dies at once, and not at all after a long life', () => {
  const delay = new RestartDelay();
  assert.deepEqual(
    Array.from({ length: 8 }, () => delay.died(300)),
    [0, 500, 1000, 2000, 5000, 10_000, 10_000, 10_000],
  );
  assert.equal(delay.quickDeaths, 8);
  assert.equal(delay.died(60_000), 0);
  assert.equal(delay.quickDeaths, 0);
  assert.equal(delay.died(300), 0);
});
