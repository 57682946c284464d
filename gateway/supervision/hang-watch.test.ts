import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HangWatch } from './hang-watch.ts';

/** Looks every 250 ms from one time up to another; whether it hung at any look. */
function look(watch: HangWatch, from: number, to: number): boolean {
  let hung = false;
  for (let now = from; now <= to; now += 250) {
    hung = watch.hangs(now) || hung;
  }
  return hung;
}

test('a process that is heard does not hang, one that falls silent does after the patience', () => {
  const watch = new HangWatch(5000, 0);
  for (let now = 0; now < 20_000; now += 250) {
    watch.heard(now);
    assert.equal(watch.hangs(now), false);
  }
  assert.equal(look(watch, 20_000, 24_500), false);
  assert.equal(look(watch, 24_750, 25_250), true);
});

test('the looker’s own stall is not held against the process', () => {
  const watch = new HangWatch(5000, 0);
  assert.equal(look(watch, 0, 2000), false);
  assert.equal(watch.hangs(60_000), false);
  assert.equal(look(watch, 60_250, 61_500), false);
  assert.equal(look(watch, 61_750, 63_000), true);
});
