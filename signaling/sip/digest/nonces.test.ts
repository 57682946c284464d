import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FailureLimit } from './failure-limit.ts';
import { NonceCounts } from './nonce-counts.ts';
import { Nonces } from './nonces.ts';

const NOW = 1_800_000_000_000;

describe('Nonces', () => {
  const nonces = new Nonces({ secret: randomBytes(32), random: randomBytes, lifetime: 1000 });

  it('are known by their address and for their lifetime', () => {
    const nonce = nonces.issue('192.0.2.1', NOW);
    assert.match(nonce, /^[A-Za-z0-9_-]{38}$/);
    assert.deepEqual(nonces.check(nonce, '192.0.2.1', NOW + 1000), { state: 'valid', issued: NOW });
    assert.deepEqual(nonces.check(nonce, '192.0.2.1', NOW + 1001), { state: 'stale', issued: NOW });
    assert.equal(nonces.check(nonce, '192.0.2.2', NOW).state, 'foreign');
    assert.notEqual(nonces.issue('192.0.2.1', NOW), nonce);
  });

  it('of other processes, or changed in any character, are foreign', () => {
    const nonce = nonces.issue('192.0.2.1', NOW);
    const other = new Nonces({ secret: randomBytes(32), random: randomBytes });
    assert.equal(other.check(nonce, '192.0.2.1', NOW).state, 'foreign');
    fc.assert(
      fc.property(fc.nat(nonce.length - 1), fc.constantFrom('A', 'b', '-', '=', ''), (index, character) => {
        const changed = nonce.slice(0, index) + character + nonce.slice(index + 1);
        assert.equal(nonces.check(changed, '192.0.2.1', NOW).state, changed === nonce ? 'valid' : 'foreign');
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => assert.equal(nonces.check(text, 'a', NOW).state, 'foreign')));
  });
});

describe('NonceCounts', () => {
  it('takes counts that rise, each once', () => {
    const counts = new NonceCounts();
    assert.deepEqual(
      [1, 1, 2, 5, 3, 6, 0].map((count) => counts.use('n', NOW, count)),
      [true, false, true, true, false, true, false],
    );
    assert.equal(counts.use('never', NOW, 0), false);
  });

  it('takes no use of a nonce twice, whatever it had to forget', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ nonce: fc.nat(12), count: fc.integer({ min: 1, max: 3 }) }), { maxLength: 80 }),
        (uses) => {
          const counts = new NonceCounts(4);
          const taken = new Set<string>();
          for (const { nonce, count } of uses) {
            if (!counts.use(String(nonce), nonce, count)) continue;
            const use = `${nonce} ${count}`;
            assert.ok(!taken.has(use), use);
            taken.add(use);
            assert.ok(counts.size <= 4);
          }
        },
      ),
    );
  });

  it('forgets what is stale', () => {
    const counts = new NonceCounts();
    counts.use('old', NOW, 1);
    counts.use('new', NOW + 10, 1);
    counts.forgetBefore(NOW + 5);
    assert.equal(counts.size, 1);
  });
});

describe('FailureLimit', () => {
  const limit = () => new FailureLimit({ allowed: 3, wait: 1000, capacity: 5 });

  it('lets an address wait that failed too often for one user, and no other', () => {
    const failures = limit();
    for (let count = 0; count < 3; count += 1) {
      assert.equal(failures.remaining('room1', 'a', NOW), 0);
      failures.failed('room1', 'a', NOW);
    }
    assert.equal(failures.remaining('room1', 'a', NOW + 400), 600);
    assert.equal(failures.remaining('room1', 'b', NOW), 0);
    assert.equal(failures.remaining('room2', 'a', NOW), 0);
    assert.equal(failures.remaining('room1', 'a', NOW + 1000), 0);
    failures.failed('room1', 'a', NOW + 1000);
    assert.equal(failures.remaining('room1', 'a', NOW + 1000), 0, 'after the wait it counts anew');
  });

  it('forgives after a right password, and after a while', () => {
    const failures = limit();
    for (const at of [0, 100, 1100]) failures.failed('room1', 'a', NOW + at);
    assert.equal(failures.remaining('room1', 'a', NOW + 1100), 0);
    failures.failed('room1', 'a', NOW + 1100);
    failures.succeeded('room1', 'a');
    failures.failed('room1', 'a', NOW + 1100);
    assert.equal(failures.remaining('room1', 'a', NOW + 1100), 0);
  });

  it('keeps so many pairs and no more', () => {
    const failures = limit();
    for (let index = 0; index < 100; index += 1) failures.failed(`room${index}`, 'a', NOW);
    assert.equal(failures.size, 5);
    failures.failed('x'.repeat(10_000), 'a', NOW + 5000);
    assert.equal(failures.size, 1);
  });
});
