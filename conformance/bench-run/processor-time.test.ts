import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchProcessors } from './processor-time.ts';

test('a machine that is made to work is busy', () => {
  const busy = watchProcessors();
  for (const end = performance.now() + 300; performance.now() < end; );
  const share = busy();
  // One of at most a few hundred processors, for all of the time.
  assert.ok(share > 0.2 && share <= 100, `${share} %`);
});
