import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trendOf } from './trend.ts';

test('what grows over a span is told by its last quarter against its first', () => {
  assert.equal(trendOf([[100, 100, 300, 10, 10, 10, 160, 150]]), 60, 'what is between does not count');
  assert.equal(trendOf([[10, 20, 30, 40], [50]]), 30, 'a series that is too short is left out');
  assert.equal(trendOf([Array.from({ length: 400 }, (_, index) => index)]), 300);
  assert.ok(trendOf([[40, 30, 20, 10]]) < 0);
  assert.throws(() => trendOf([[1, 2, 3]]), RangeError);
});
