import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeartbeatWatch, SILENCE_OF_HANG, type ThreadTimes } from './heartbeat-watch.ts';

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

/** Steps a watch that hears nothing through 100 ms each; at what time (ms) it takes a thread for hung, and which. */
function hangs(of: (now: number) => ThreadTimes, until = 20_000): readonly [at: number, thread: string] | undefined {
  const watch = new HeartbeatWatch(SILENCE_OF_HANG, 0);
  watch.step(0, of(0));
  for (let now = 100; now <= until; now += 100) {
    watch.step(now, of(now));
    if (watch.silent !== undefined) {
      return [now, watch.silent];
    }
  }
  return undefined;
}

test('who is given no processor is not silent, be it for a long time', () => {
  const sleeping = { ran: 50, waited: 5, wants: false };
  assert.equal(
    hangs(() => ({ picture: { ran: 50, waited: 5, wants: true }, io: sleeping })),
    undefined,
    'beats of the I/O thread pass through the picture thread',
  );
  // Each gets a tenth of a processor and sleeps never: it is heard when it has run for long enough.
  const starved = (now: number) => ({ ran: 50 + now / 10, waited: 0.9 * now, wants: true });
  assert.deepEqual(
    hangs((now) => ({ picture: starved(now), io: sleeping })),
    [10_000, 'picture'],
    'a loop without end is found when it has had the time',
  );
  const ioStarves = new HeartbeatWatch(SILENCE_OF_HANG, 0);
  for (let now = 0; now <= 20_000; now += 100) {
    ioStarves.beat('picture');
    ioStarves.step(now, { picture: sleeping, io: { ran: 50, waited: now, wants: false } });
    assert.equal(ioStarves.silent, undefined, `at ${now}`);
  }
});

test('who sleeps, is stopped or runs without end is found after a second, whatever the other one lacks', () => {
  const still = { ran: 50, waited: 5, wants: false };
  assert.deepEqual(
    hangs(() => ({ picture: still, io: still })),
    [1000, 'picture'],
  );
  assert.deepEqual(
    hangs((now) => ({ picture: { ran: 50 + now, waited: 5, wants: true }, io: { ...still, waited: now } })),
    [1000, 'picture'],
  );
  assert.deepEqual(
    hangs(() => ({})),
    [1000, 'picture'],
    'nothing is known',
  );
});

test('what a thread waited for while the watch stood still is not counted twice', () => {
  const watch = new HeartbeatWatch(SILENCE_OF_HANG, 0);
  const at = (waited: number) => ({
    picture: { ran: 50, waited, wants: false },
    io: { ran: 50, waited, wants: false },
  });
  watch.step(0, at(0));
  watch.step(5000, at(4980));
  for (let now = 5100; now <= 5900; now += 100) {
    watch.step(now, at(4980));
    assert.equal(watch.silent, undefined, `at ${now}`);
  }
  watch.step(6000, at(4980));
  assert.ok(watch.silent);
});
