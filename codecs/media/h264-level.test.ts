import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highestLevelWithin, levelLimits, lowerLevel } from './h264-level.ts';

test('the limits are those of table A-1', () => {
  assert.deepEqual(levelLimits(31), { level: 31, maxMbps: 108000, maxFs: 3600, maxBr: 14000 });
  assert.deepEqual(levelLimits(40), { level: 40, maxMbps: 245760, maxFs: 8192, maxBr: 20000 });
  assert.deepEqual(levelLimits(9), { level: 9, maxMbps: 1485, maxFs: 99, maxBr: 128 });
});

test('an invented level counts as the next lower one', () => {
  assert.equal(levelLimits(33).level, 32);
  assert.equal(levelLimits(255).level, 62);
  assert.equal(levelLimits(0).level, 10);
  assert.equal(levelLimits(14).level, 13);
});

test('level 1b stands between 1 and 1.1', () => {
  assert.equal(lowerLevel(9, 10), 10);
  assert.equal(lowerLevel(9, 11), 9);
  assert.equal(lowerLevel(31, 22), 22);
  assert.equal(lowerLevel(31, 31), 31);
});

test('the highest level within limits needs both of them', () => {
  assert.equal(highestLevelWithin(8192, 245760), 41);
  assert.equal(highestLevelWithin(8160, 245760), 32);
  assert.equal(highestLevelWithin(8192, 108000), 31);
  assert.equal(highestLevelWithin(1, 1), 10);
});
