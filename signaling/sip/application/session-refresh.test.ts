import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../edge/virtual-clock.ts';
import { crossingWait, SessionRefresh, type TryAgain } from './session-refresh.ts';
import type { SessionTerms } from './session-timer.ts';

function session(answers: (SessionTerms | TryAgain | undefined)[]) {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const refresh = new SessionRefresh(
    {
      refresh: () => {
        seen.push('refresh');
        return Promise.resolve(answers.shift());
      },
      expired: () => seen.push('expired'),
    },
    clock,
  );
  const pass = async (seconds: number) => {
    clock.advance(seconds * 1000);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { refresh, seen, pass };
}

test('the refreshing side refreshes at half of the interval, again and again, until the session is gone', async () => {
  const terms = { interval: 100, weRefresh: true };
  const { refresh, seen, pass } = session([terms, { interval: 200, weRefresh: true }, undefined]);
  refresh.restart(terms);
  await pass(49);
  assert.deepEqual(seen, []);
  await pass(2);
  await pass(50);
  assert.deepEqual(seen, ['refresh', 'refresh']);
  await pass(99);
  assert.equal(seen.length, 2);
  await pass(2);
  assert.deepEqual(seen, ['refresh', 'refresh', 'refresh', 'expired']);
});

test('the other side gives the session up when no refresh comes, and not before', async () => {
  const terms = { interval: 90, weRefresh: false };
  const { refresh, seen, pass } = session([]);
  refresh.restart(terms);
  await pass(50);
  refresh.restart(terms);
  await pass(59);
  assert.deepEqual(seen, []);
  await pass(2);
  assert.deepEqual(seen, ['expired']);
});

test('a stopped timer does nothing, nor does a session without one', async () => {
  const { refresh, seen, pass } = session([]);
  refresh.restart({ interval: 90, weRefresh: false });
  refresh.restart(undefined);
  await pass(100);
  refresh.restart({ interval: 90, weRefresh: true });
  refresh.stop();
  refresh.restart({ interval: 90, weRefresh: true });
  await pass(100);
  assert.deepEqual(seen, []);
});

test('a refresh that crossed one of the far side is tried again soon, not half an interval later', async () => {
  const terms = { interval: 100, weRefresh: true };
  const { refresh, seen, pass } = session([{ tryAgainAfter: 2000 }, { tryAgainAfter: 1000 }, terms, terms]);
  refresh.restart(terms);
  await pass(50);
  await pass(1.9);
  assert.equal(seen.length, 1);
  await pass(0.1);
  await pass(1);
  assert.equal(seen.length, 3);
  await pass(49);
  assert.equal(seen.length, 3);
  await pass(2);
  assert.equal(seen.length, 4);
});

test('a far side that refuses every refresh is there all the same', async () => {
  const { refresh, seen, pass } = session(Array.from({ length: 20 }, () => ({ tryAgainAfter: 10_000 })));
  refresh.restart({ interval: 100, weRefresh: true });
  for (let second = 0; second < 100; second++) {
    await pass(1);
  }
  assert.deepEqual(new Set(seen), new Set(['refresh']));
  assert.ok(seen.length >= 2);
});

test('a refresh from the far side while ours is under way counts', async () => {
  const { refresh, seen, pass } = session([{ tryAgainAfter: 1000 }]);
  refresh.restart({ interval: 100, weRefresh: true });
  const crossing = pass(50);
  refresh.restart({ interval: 100, weRefresh: true });
  await crossing;
  await pass(40);
  assert.equal(seen.length, 1);
});

test('who began the dialog waits longer', () => {
  assert.deepEqual([crossingWait(true, 0), crossingWait(true, 1)], [2100, 4000]);
  assert.deepEqual([crossingWait(false, 0), crossingWait(false, 1)], [0, 2000]);
});
