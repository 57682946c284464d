import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeartbeatWatch, SILENCE_OF_HANG } from './heartbeat-watch.ts';

test('a thread that is silent for a second hangs, whichever it is', () => {
  const watch = new HeartbeatWatch(SILENCE_OF_HANG, 0);
  for (let now = 100; now <= 5000; now += 100) {
    watch.beat('io');
    if (now <= 2000 && now % 200 === 0) {
      watch.beat('picture');
    }
    watch.step(now);
    assert.equal(watch.silent, now - 2000 >= 900 ? 'picture' : undefined, `at ${now}`);
  }
});

test('while the watch stands still nobody is silent', () => {
  const watch = new HeartbeatWatch(SILENCE_OF_HANG, 0);
  watch.step(100);
  watch.step(60_100);
  assert.equal(watch.silent, undefined);
  for (let now = 60_200; now < 60_900; now += 100) {
    watch.step(now);
    assert.equal(watch.silent, undefined, `at ${now}`);
  }
  watch.step(61_000);
  assert.ok(watch.silent, 'then it is');
});

test('a clock that goes backwards hurts nobody', () => {
  const watch = new HeartbeatWatch(SILENCE_OF_HANG, 10_000);
  watch.step(0);
  watch.step(10_000);
  assert.equal(watch.silent, undefined);
});
