import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lateness } from './lateness.ts';

test('the most is remembered: up to 60 ms for five minutes, what is more for one, and never more than 120 ms', () => {
  const lateness = new Lateness();
  assert.equal(lateness.most(0), 0);
  lateness.add(-30, 0);
  assert.equal(lateness.most(0), 0);
  lateness.add(45, 200);
  lateness.add(500, 1000);
  lateness.add(10, 1040);
  assert.equal(lateness.most(1040), 120);
  assert.equal(lateness.most(61_000), 120);
  assert.equal(lateness.most(61_001), 60);
  assert.equal(lateness.most(301_000), 60);
  assert.equal(lateness.most(301_001), 12);
  assert.equal(lateness.most(301_041), 0);
});

test('it is the most of the time remembered, whatever came', () => {
  const flow = fc.array(fc.tuple(fc.integer({ min: -50, max: 300 }), fc.integer({ min: 0, max: 40_000 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(flow, (pictures) => {
      const lateness = new Lateness();
      let now = 0;
      const seen: { late: number; at: number }[] = [];
      for (const [late, distance] of pictures) {
        now += distance;
        lateness.add(late, now);
        seen.push({ late: Math.max(0, Math.min(120, Math.ceil(late / 4) * 4)), at: now });
        const counted = seen
          .filter(({ at }) => now - at <= 300_000)
          .map((entry) => (now - entry.at > 60_000 ? Math.min(60, entry.late) : entry.late));
        assert.equal(lateness.most(now), Math.max(0, ...counted));
      }
    }),
  );
});
