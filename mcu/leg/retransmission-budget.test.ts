import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetransmissionBudget } from './retransmission-budget.ts';

test('a burst of half a second goes at once, then as much as the rate', () => {
  const budget = new RetransmissionBudget(80_000);
  const admitted = (now: number) => {
    let octets = 0;
    while (budget.admits(100, now)) {
      octets += 100;
    }
    return octets;
  };
  assert.equal(admitted(0), 5000);
  assert.equal(admitted(100), 1000);
  assert.equal(admitted(100_000), 5000, 'no more is saved up than the burst');
  budget.rate = 8000;
  assert.equal(admitted(101_000), 500);
});
