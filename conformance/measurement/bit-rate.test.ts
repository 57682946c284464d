import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BitRate } from './bit-rate.ts';

test('the rate is that of the window', () => {
  const rate = new BitRate(1000);
  assert.equal(rate.value, undefined);
  rate.add(0, 0);
  assert.equal(rate.value, undefined);
  for (let at = 100; at <= 2000; at += 100) {
    // 1 kB in 100 ms, then twice as much.
    rate.add(at <= 1000 ? at * 10 : 10_000 + (at - 1000) * 20, at);
  }
  assert.equal(rate.value, 160_000);
});
