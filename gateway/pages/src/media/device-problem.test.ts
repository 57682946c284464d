import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceProblem } from './device-problem.ts';

test('the names of getUserMedia are told apart', () => {
  assert.equal(deviceProblem('NotAllowedError'), 'denied');
  assert.equal(deviceProblem('NotFoundError'), 'missing');
  assert.equal(deviceProblem('OverconstrainedError'), 'missing');
  assert.equal(deviceProblem('NotReadableError'), 'busy');
  assert.equal(deviceProblem('SecurityError'), 'insecure');
  assert.equal(deviceProblem('TypeError'), 'failed');
});
