import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlayoutSlack } from './playout-slack.ts';

function fill(slack: PlayoutSlack, from: number, to: number, levelAt: (now: number) => number): void {
  for (let now = from; now < to; now += 20) {
    slack.left(levelAt(now), now);
  }
}

test('slack is the least that was left, once a window has passed', () => {
  const slack = new PlayoutSlack(4000);
  fill(slack, 0, 3000, () => 60);
  assert.equal(slack.value, 0);
  fill(slack, 3000, 6000, () => 60);
  assert.equal(slack.value, 60);
  fill(slack, 6000, 6100, () => 10);
  assert.equal(slack.value, 10);
  fill(slack, 6100, 9500, () => 80);
  assert.equal(slack.value, 10, 'remembered for the window');
  fill(slack, 9500, 11_500, () => 80);
  assert.equal(slack.value, 80, 'and no longer');
});

test('what is taken counts for the past as well; a reset forgets', () => {
  const slack = new PlayoutSlack(4000);
  fill(slack, 0, 6000, () => 60);
  slack.take(20);
  assert.equal(slack.value, 40);
  slack.reset();
  assert.equal(slack.value, 0);
});
