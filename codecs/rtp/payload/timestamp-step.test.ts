import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timestampStep } from './timestamp-step.ts';

test('timestamps count at 8 kHz, G.722 too, and at 48 kHz for Opus', () => {
  assert.equal(timestampStep('G722', 20), 160);
  assert.equal(timestampStep('PCMU', 20), 160);
  assert.equal(timestampStep('PCMA', 30), 240);
  assert.equal(timestampStep('opus', 20), 960);
  assert.equal(timestampStep('opus', 60), 2880);
});
