import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogLimit } from './log-limit.ts';

test('a fault with every picture passes five times, then every ten seconds with the number held back', () => {
  const limit = new LogLimit();
  const passed: [number, number][] = [];
  for (let now = 0; now < 30_000; now += 40) {
    const held = limit.pass('encode-failed', now);
    if (held !== undefined) {
      passed.push([now, held]);
    }
  }
  assert.deepEqual(passed, [
    [0, 0],
    [40, 0],
    [80, 0],
    [120, 0],
    [160, 0],
    [10_000, 245],
    [20_000, 249],
  ]);
  assert.equal(limit.pass('another', 29_999), 0);
});

test('any number of events holds a bounded number of places', () => {
  const limit = new LogLimit();
  let passed = 0;
  for (let index = 0; index < 1000; index++) {
    passed += limit.pass(`event ${index}`, 0) === undefined ? 0 : 1;
  }
  assert.equal(passed, 105);
});
