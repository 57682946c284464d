import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING } from './composition.ts';
import { Costs } from './costs.ts';

const TIMES = { decode: 2, scale: 1, encode: 8 };

test('nothing costs nothing; parties and encodings add up', () => {
  const costs = new Costs(TIMES, 2);
  assert.deepEqual(costs.of(NOTHING), { mixing: 0, processor: 0 });
  const { mixing, processor } = costs.of({ pictures: 4, sounds: 2, renditions: 1 });
  // Four scaled, one encoded, half of four decoded; then all decoded, and packets and sound of six.
  assert.equal(mixing, (4 + 8 + 4) / 80);
  assert.equal(processor, (4 + 8 + 8 + 9) / 80);
});

test('more processors carry more, in the mix as far as there are threads for it', () => {
  const lesson = { pictures: 4, sounds: 0, renditions: 1 };
  const on = (cores: number) => new Costs(TIMES, cores).of(lesson);
  assert.equal(on(4).mixing, on(2).mixing / 2);
  assert.equal(on(16).mixing, on(4).mixing);
  assert.equal(on(16).processor, on(4).processor / 4);
});
