import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refreshDelay, retryDelay } from './registration-schedule.ts';

test('a registration is refreshed at half of its lifetime, and never in a hurry', () => {
  assert.equal(refreshDelay(3600), 1_800_000);
  assert.equal(refreshDelay(60), 30_000);
  assert.equal(refreshDelay(1), 5_000);
});

test('waits double up to five minutes, spread between half and whole', () => {
  const wait = (failures: number, chance: number) => retryDelay(failures, undefined, chance);
  assert.deepEqual(
    [1, 2, 3, 4].map((failures) => wait(failures, 1)),
    [5_000, 10_000, 20_000, 40_000],
  );
  assert.equal(wait(1, 0), 2_500);
  assert.equal(wait(7, 1), 300_000);
  assert.equal(wait(1_000_000, 1), 300_000);
  assert.equal(wait(1_000_000, 0), 150_000);
});

test('what Retry-After asks for is never undercut, up to an hour', () => {
  assert.equal(retryDelay(1, 60, 0), 60_000);
  assert.equal(retryDelay(9, 60, 1), 300_000);
  assert.equal(retryDelay(1, 999_999_999, 0), 3_600_000);
});
