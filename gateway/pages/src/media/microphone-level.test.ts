import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meterLevel } from './microphone-level.ts';

const square = (amplitude: number) => Float32Array.from({ length: 1024 }, (_, i) => (i % 2 ? amplitude : -amplitude));

test('the meter goes from −60 dBFS to full scale', () => {
  assert.equal(meterLevel(square(0)), 0);
  assert.equal(meterLevel(new Float32Array(0)), 0);
  assert.equal(meterLevel(square(0.0001)), 0);
  assert.ok(Math.abs(meterLevel(square(10 ** (-30 / 20))) - 0.5) < 1e-6);
  assert.equal(meterLevel(square(1)), 1);
  assert.equal(meterLevel(square(2)), 1);
});
