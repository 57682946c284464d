import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BoundedLog } from './bounded-log.ts';

test('the beginning stays and so does the latest; what was between is counted', () => {
  const log = new BoundedLog<number>(1000 * 10, () => 340);
  for (let entry = 0; entry < 100; entry++) {
    log.push(entry);
  }
  const kept = log.entries();
  assert.deepEqual(kept.slice(0, 3), [0, 1, 2]);
  assert.equal(kept.at(-1), 99);
  assert.equal(kept.length + log.leftOut, 100);
});

test('whatever is pushed, it stays within its bound and in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.array(fc.nat(2000), { maxLength: 200 }), (bound, sizes) => {
      const log = new BoundedLog<readonly [number, number]>(bound, ([, size]) => size);
      for (const [index, size] of sizes.entries()) {
        log.push([index, size]);
        assert.ok(log.bytes <= bound);
      }
      const kept = log.entries().map(([index]) => index);
      assert.deepEqual(
        kept,
        kept.toSorted((a, b) => a - b),
      );
      assert.equal(kept.length + log.leftOut, sizes.length);
    }),
  );
});
