import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerWatch, ASK_INTERVAL } from './answer-watch.ts';

test('who answers is asked again at the next beat; who does not is given a second, and told of once', () => {
  const watch = new AnswerWatch(0);
  let now = 0;
  const beat = () => {
    now += ASK_INTERVAL;
    return watch.beat(now);
  };
  for (let count = 0; count < 10; count++) {
    assert.equal(beat(), 'ask');
    watch.answered();
  }
  assert.deepEqual([beat(), beat(), beat(), beat()], ['ask', 'wait', 'wait', 'wait']);
  assert.deepEqual([beat(), beat(), beat()], ['hung', 'wait', 'wait']);
});

test('an answer that comes late, but in time, forgives all', () => {
  const watch = new AnswerWatch(0);
  assert.equal(watch.beat(250), 'ask');
  for (const now of [500, 750, 1000]) {
    assert.equal(watch.beat(now), 'wait');
  }
  watch.answered();
  assert.equal(watch.beat(1250), 'ask');
  for (const now of [1500, 1750, 2000]) {
    assert.equal(watch.beat(now), 'wait');
  }
  assert.equal(watch.beat(2250), 'hung');
});

test('a stall of the watch itself, however long, is one beat; a clock that steps back none', () => {
  const watch = new AnswerWatch(0);
  assert.equal(watch.beat(250), 'ask');
  for (const now of [60_250, 120_250, 180_250, 180_000, 180_000]) {
    assert.equal(watch.beat(now), 'wait');
  }
  watch.answered();
  assert.equal(watch.beat(240_000), 'ask');
});
