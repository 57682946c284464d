import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comeback, longestSilence } from './comeback.ts';

const every40 = (from: number, to: number) =>
  Array.from({ length: Math.ceil((to - from) / 40) }, (_, index) => from + 40 * index);

test('the end of the longest silence counts, not the first sign of life', () => {
  const times = [...every40(0, 1000), 1600, ...every40(2400, 5000)];
  assert.equal(comeback(times, 1000, 5000), 1400);
  assert.equal(
    comeback([...every40(0, 1100), ...every40(1900, 5000)], 1000, 5000),
    900,
    'what was under way still came',
  );
});

test('without silence it was never away; with silence to the end it never came back', () => {
  assert.equal(comeback(every40(0, 5000), 1000, 5000), 0);
  assert.equal(comeback(every40(0, 1000), 1000, 5000), undefined);
  assert.equal(comeback([...every40(0, 1000), 2000, 2040], 1000, 5000), undefined);
  assert.equal(comeback([], 1000, 5000), undefined);
});

test('the longest silence counts to either end', () => {
  assert.equal(longestSilence(every40(0, 1000), 0, 1000), 40);
  assert.equal(longestSilence(every40(0, 1000), 0, 3000), 2040);
  assert.equal(longestSilence(every40(2000, 3000), 500, 2500), 1500);
  assert.equal(longestSilence([], 0, 70), 70);
});

test('a silence that begins later has another cause', () => {
  const times = [...every40(0, 1000), ...every40(1600, 3000), ...every40(4500, 6000)];
  assert.equal(comeback(times, 1000, 6000, 1000), 600);
  assert.equal(comeback([...every40(0, 3000)], 1000, 6000, 1000), 0, 'also where nothing follows it');
  assert.equal(comeback([...every40(0, 1500)], 1000, 6000, 1000), undefined);
});
