import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latch } from './latch.ts';

const SIGNALLED = { address: '192.0.2.1', port: 4000 };
const BEHIND_NAT = { address: '198.51.100.7', port: 61000 };
const STRANGER = { address: '203.0.113.9', port: 9 };

test('the signalled address is sent to until something else is heard', () => {
  const latch = new Latch(SIGNALLED);
  assert.deepEqual(latch.target, SIGNALLED);
  assert.ok(latch.accepts(BEHIND_NAT, 0));
  assert.deepEqual(latch.target, BEHIND_NAT);
});

test('a stranger is not followed while the party is heard', () => {
  const latch = new Latch(SIGNALLED);
  assert.ok(latch.accepts(SIGNALLED, 0));
  assert.ok(!latch.accepts(STRANGER, 1000));
  assert.deepEqual(latch.target, SIGNALLED);
  assert.ok(latch.accepts(SIGNALLED, 2000));
  assert.ok(!latch.accepts(STRANGER, 4500));
  assert.ok(latch.accepts(BEHIND_NAT, 5100), 'silence for three seconds: the party may have moved');
});

test('a newly signalled address counts at once, the same one changes nothing', () => {
  const latch = new Latch(SIGNALLED);
  latch.accepts(BEHIND_NAT, 0);
  latch.resignal(SIGNALLED);
  assert.deepEqual(latch.target, BEHIND_NAT);
  latch.resignal({ address: '192.0.2.1', port: 4002 });
  assert.deepEqual(latch.target, { address: '192.0.2.1', port: 4002 });
  assert.ok(latch.accepts(BEHIND_NAT, 10));
});

test('a stranger who is first does not keep the party out', () => {
  const latch = new Latch(SIGNALLED);
  assert.ok(latch.accepts(STRANGER, 0));
  assert.ok(latch.accepts(SIGNALLED, 10));
  assert.deepEqual(latch.target, SIGNALLED);
  assert.ok(!latch.accepts(STRANGER, 20));
});
