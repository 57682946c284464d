import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { leap } from './leap.ts';

test('more numbers are left out than can have been used, but never so many that receivers see another stream', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1200 }), fc.integer({ min: 0, max: 60_000 }), (rate, elapsed) => {
      const left = leap(100, rate, elapsed);
      assert.ok(left >= 100 && left < 3000);
      assert.ok(left >= Math.min(2900, (rate * elapsed) / 1000));
    }),
  );
  assert.equal(leap(500, 100, 1000), 500);
  assert.equal(leap(100, 50, 2310), 116);
});
