import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heardTones, toneLevels } from './tone-levels.ts';

const RATE = 48_000;
const samples = Float32Array.from({ length: 2 * RATE }, (_, index) => {
  const tone = (frequency: number, amplitude: number) => amplitude * Math.sin((2 * Math.PI * frequency * index) / RATE);
  // The first second has another tone.
  return tone(900, 0.3) + tone(1400, 0.01) + (index < RATE ? tone(400, 0.3) : 0);
});

test('tones of the last second are heard with their level, others are not', () => {
  const sound = { samples, sampleRate: RATE };
  assert.deepEqual(heardTones(sound, [400, 900, 1400, 1900], 1), [900]);
  assert.deepEqual(heardTones(sound, [400, 900, 1400, 1900], 2), [400, 900]);
  const levels = toneLevels(sound, [900, 1400], 1);
  assert.ok(Math.abs((levels.get(900) ?? 0) - 0.3) < 0.005);
  assert.ok(Math.abs((levels.get(1400) ?? 0) - 0.01) < 0.005);
});
