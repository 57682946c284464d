import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyFrameDoor } from './key-frame-door.ts';

test('a few requests are answered at once, a flood one a second, and the last one is not forgotten', () => {
  const door = new KeyFrameDoor();
  let given = 0;
  for (let now = 0; now < 10_000; now += 5) {
    given += door.asks(now) ? 1 : 0;
  }
  assert.ok(given >= 12 && given <= 14, `${given} in 10 s`);
  const later = Array.from({ length: 400 }, (_, index) => 10_000 + 5 * index).filter((now) => door.due(now));
  assert.equal(later.length, 1);
});

test('whoever asks gets a key frame within a second, and never more than one a second after a burst', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 3000 }), { maxLength: 60 }), (pauses) => {
      const door = new KeyFrameDoor();
      const asked: number[] = [];
      for (const pause of pauses) {
        asked.push((asked.at(-1) ?? 0) + pause);
      }
      const end = (asked.at(-1) ?? 0) + 1100;
      const given: number[] = [];
      for (let now = 0; now <= end; now += 1) {
        for (const _ of asked.filter((at) => at === now)) {
          if (door.asks(now)) {
            given.push(now);
          }
        }
        if (door.due(now)) {
          given.push(now);
        }
      }
      for (const at of asked) {
        assert.ok(given.some((answer) => answer >= at && answer <= at + 1001));
      }
      assert.ok(given.length <= 4 + end / 1000);
    }),
    { numRuns: 20 },
  );
});

test('a repeated FIR counts once, another number or source anew', () => {
  const door = new KeyFrameDoor();
  const fir = (ssrc: number, sequenceNumber: number, now: number) =>
    door.commands(77, [{ ssrc, sequenceNumber }], now).length;
  assert.equal(fir(9, 1, 0), 1);
  assert.equal(fir(9, 1, 20), 0);
  assert.equal(fir(9, 1, 1990), 0);
  assert.equal(fir(9, 2, 1991), 1);
  assert.equal(fir(10, 2, 1992), 1);
  assert.equal(fir(10, 2, 1993), 0);
  assert.equal(fir(9, 2, 5000), 1, 'rooms that never count are heard all the same');
  for (let ssrc = 0; ssrc < 100_000; ssrc++) {
    fir(ssrc, 0, 6000);
  }
  assert.equal(fir(9, 2, 6000), 1, 'only a few are remembered');
});
