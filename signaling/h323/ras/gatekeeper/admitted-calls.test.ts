import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AdmittedCalls } from './admitted-calls.ts';

const LIMITS = { perCall: 20_000, total: 50_000 };

function call(number: number) {
  return { callIdentifier: Buffer.alloc(16, number), conferenceIdentifier: Buffer.alloc(16, 100 + number) };
}

function party(endpointIdentifier: string, bandwidth: number, isCalled = false) {
  return { endpointIdentifier, bandwidth, isCalled, callReference: 1 };
}

test('bandwidth is granted up to the bounds, a call counted once', () => {
  const calls = new AdmittedCalls(LIMITS);
  assert.equal(calls.admit(call(1), party('a', 100_000), 0), 20_000);
  assert.equal(calls.admit(call(1), party('b', 19_200, true), 0), 19_200);
  assert.deepEqual([calls.size, calls.bandwidth], [1, 20_000]);
  assert.equal(calls.admit(call(2), party('c', 20_000), 0), 20_000);
  assert.equal(calls.admit(call(3), party('d', 20_000), 0), 10_000);
  assert.equal(calls.admit(call(4), party('e', 1), 0), undefined);
  assert.equal(calls.size, 3);
  // The other side of a call that is there needs nothing more.
  assert.equal(calls.admit(call(3), party('f', 20_000, true), 0), 10_000);
  calls.leaveAll('c');
  assert.equal(calls.bandwidth, 30_000);
});

test('bandwidth is changed within the bounds, and only by who is in the call', () => {
  const calls = new AdmittedCalls(LIMITS);
  calls.admit(call(1), party('a', 10_000), 0);
  calls.admit(call(2), party('b', 20_000), 0);
  calls.admit(call(3), party('c', 20_000), 0);
  assert.deepEqual(calls.change(call(1).callIdentifier, 'a', 15_000), { isGranted: false, allowed: 10_000 });
  assert.deepEqual(calls.change(call(2).callIdentifier, 'b', 5000), { isGranted: true, allowed: 5000 });
  assert.deepEqual(calls.change(call(1).callIdentifier, 'a', 15_000), { isGranted: true, allowed: 15_000 });
  assert.equal(calls.change(call(1).callIdentifier, 'b', 1), undefined);
  assert.equal(calls.bandwidth, 40_000);
});

test('what is used is always the sum of what calls have, and never more than there is', () => {
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom('admit', 'change', 'leave', 'leaveAll'),
      number: fc.integer({ min: 1, max: 5 }),
      room: fc.constantFrom('a', 'b', 'c'),
      bandwidth: fc.integer({ min: 0, max: 40_000 }),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const calls = new AdmittedCalls(LIMITS);
      for (const { kind, number, room, bandwidth } of all) {
        if (kind === 'admit') {
          assert.ok((calls.admit(call(number), party(room, bandwidth), 0) ?? 0) <= Math.min(bandwidth, LIMITS.perCall));
        } else if (kind === 'change') {
          calls.change(call(number).callIdentifier, room, bandwidth);
        } else if (kind === 'leave') {
          calls.leave(call(number).callIdentifier, room);
        } else {
          calls.leaveAll(room);
        }
        const sum = calls.all().reduce((total, { bandwidth: used }) => total + used, 0);
        assert.equal(calls.bandwidth, sum);
        assert.ok(sum <= LIMITS.total);
        assert.ok(calls.all().every(({ parties }) => parties.size > 0));
      }
    }),
    { numRuns: 500 },
  );
});

test('one room cannot hold the calls of all', () => {
  const calls = new AdmittedCalls(LIMITS);
  for (let number = 0; number < 60; number++) {
    assert.equal(calls.admit(call(number), party('a', 0), 0), 0);
  }
  assert.equal(calls.admit(call(60), party('a', 0), 0), undefined);
  assert.equal(calls.admit(call(59), party('a', 0), 0), 0);
  assert.equal(calls.admit(call(60), party('b', 0), 0), 0);
  calls.leave(call(1).callIdentifier, 'a');
  assert.equal(calls.admit(call(61), party('a', 0), 0), 0);
});
