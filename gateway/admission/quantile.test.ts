import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, quantile } from './quantile.ts';

test('by nearest rank, whatever the order', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2);
  assert.equal(quantile([5, 1, 4, 2, 3], 0.95), 5);
  assert.equal(quantile([7], 0), 7);
  assert.equal(median([]), 0);
});
