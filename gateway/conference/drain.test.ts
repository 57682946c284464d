import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lessonsOver } from './drain.ts';

test('waits until the last lesson is over, and no longer than told', async () => {
  let passed = 0;
  const pause = async (milliseconds: number) => {
    passed += milliseconds;
  };
  assert.equal(await lessonsOver(() => (passed < 1000 ? 2 : 0), 10_000, pause), true);
  assert.equal(passed, 1000);
  passed = 0;
  assert.equal(await lessonsOver(() => 1, 3000, pause), false);
  assert.equal(passed, 3000);
  passed = 0;
  assert.equal(await lessonsOver(() => 0, 3000, pause), true);
  assert.equal(passed, 0);
});
