import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf } from './example-traces.ts';
import { FigureHistory } from './figure-history.ts';

test('a long call is there from its first report to its last, the latest second by second', () => {
  const history = new FigureHistory(90_000);
  for (let second = 0; second < 10_000; second++) {
    history.push(1000 * second, figuresOf(second));
    assert.ok(history.bytes <= 90_000);
  }
  const times = history.entries().map(({ at }) => at / 1000);
  assert.equal(times[0], 0);
  const latest = Array.from({ length: 70 }, (_, index) => 9930 + index);
  assert.deepEqual(times.slice(-70), latest);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  assert.ok(gaps.every((gap) => gap >= 1));
  // No part of it is empty.
  assert.ok(Math.max(...gaps) <= 256, `${Math.max(...gaps)} s between two reports`);
});
