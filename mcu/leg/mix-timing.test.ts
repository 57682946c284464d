import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MixTiming } from './mix-timing.ts';

/** Unix ms of the party at our clock time 0. */
const THEIRS = 1_800_000_000_000;

test('the delay is from arrival to leaving; the skew is how much later than its sound a picture leaves', () => {
  const timing = new MixTiming();
  // Taken at 1000, 30 ms on the way, 50 ms here; its sound takes 60 ms in all.
  const soundLatency = 60 - THEIRS;
  timing.left({ arrivedAt: 1030, takenAt: THEIRS + 1000 }, soundLatency, 1080);
  timing.left({ arrivedAt: 1070, takenAt: THEIRS + 1040 }, soundLatency, 1130);
  assert.deepEqual(timing.take(), { delays: [50, 60], skew: 25 });
  assert.deepEqual(timing.take(), { delays: [], skew: undefined }, 'told once');
});

test('without sound, without reports and with reports that cannot be there is a delay and no skew', () => {
  const timing = new MixTiming();
  timing.left({ arrivedAt: 0, takenAt: undefined }, 0, 40);
  timing.left({ arrivedAt: 0, takenAt: THEIRS }, undefined, 40);
  timing.left({ arrivedAt: 0, takenAt: THEIRS }, 0, 40);
  assert.deepEqual(timing.take(), { delays: [40, 40, 40], skew: undefined });
});

test('what nobody asks for does not grow without end', () => {
  const timing = new MixTiming();
  for (let now = 0; now < 10_000; now += 1) {
    timing.left({ arrivedAt: now, takenAt: now }, 0, now);
  }
  assert.equal(timing.take().delays.length, 500);
});
