import assert from 'node:assert/strict';
import { test } from 'node:test';
import { level, MAXIMUM_SPEAKERS, mixWithout, SpeakerSelection } from './mix.ts';

test('nobody hears himself, everybody hears the others', () => {
  const speakers = new Map([
    ['a', Float32Array.of(0.1, 0.1)],
    ['b', Float32Array.of(0.2, -0.2)],
    ['c', Float32Array.of(0.3, 0.3)],
  ]);
  const heard = (leg?: string) => [...mixWithout(speakers, leg, 2)].map((sample) => Math.round(sample * 100) / 100);
  assert.deepEqual(heard('a'), [0.5, 0.1]);
  assert.deepEqual(heard('c'), [0.3, -0.1]);
  assert.deepEqual(heard(), [0.6, 0.2]);
});

test('many loud speakers are limited, not clipped', () => {
  const speakers = new Map(['a', 'b', 'c', 'd'].map((leg) => [leg, Float32Array.of(0.7, -0.7)]));
  const [high = 0, low = 0] = mixWithout(speakers, undefined, 2);
  assert.ok(high > 0.9 && high <= 1);
  assert.equal(low, -high);
});

test('the loudest few are heard and keep the floor over a pause', () => {
  const selection = new SpeakerSelection();
  const quiet = new Map(Array.from({ length: 12 }, (_, index) => [`leg${index}`, 1e-9]));
  assert.equal(selection.select(quiet, 0).size, 0);
  const loud = new Map(quiet).set('leg7', 0.1);
  assert.deepEqual([...selection.select(loud, 20)], ['leg7']);
  assert.ok(selection.select(quiet, 1000).has('leg7'));
  assert.ok(!selection.select(quiet, 2000).has('leg7'));
  const all = new Map([...quiet.keys()].map((leg, index) => [leg, 0.01 + index / 1000]));
  const chosen = selection.select(all, 3000);
  assert.equal(chosen.size, MAXIMUM_SPEAKERS);
  assert.ok(chosen.has('leg11') && !chosen.has('leg0'));
});

test('a level is a mean square', () => {
  assert.ok(Math.abs(level(Float32Array.of(0.5, -0.5)) - 0.25) < 1e-9);
  assert.equal(level(new Float32Array(0)), 0);
});
