import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backOff } from './back-off.ts';

test('it stays close while a gateway is started again, then doubles up to fifteen seconds', () => {
  assert.deepEqual(
    [0, 1, 2, 9, 10, 11, 12, 13, 1000].map((attempt) => backOff(attempt, 1)),
    [500, 1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000],
  );
});

test('it is spread over the upper half', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const delay = backOff(attempt, random);
      return delay >= backOff(attempt, 1) / 2 && delay <= backOff(attempt, 1);
    }),
  );
});
