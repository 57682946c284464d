import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProcessorReading, readProcessors, shareBetween } from './processor-share.ts';

const reading = (
  at: number,
  own: readonly (readonly [number, number])[],
  all: number,
  idle: number,
): ProcessorReading => ({
  own: new Map(own),
  all,
  idle,
  at,
});

test('our share and that of all between two readings', () => {
  const before = reading(
    10,
    [
      [1, 5],
      [2, 7],
    ],
    1000,
    600,
  );
  const after = reading(
    12,
    [
      [1, 6],
      [2, 8],
    ],
    1400,
    700,
  );
  assert.deepEqual(shareBetween(before, after, 2), { own: 0.5, foreign: 0.25 });
});

test('a process that came or went in between, and no time in between, make no nonsense', () => {
  const before = reading(10, [[1, 500]], 1000, 600);
  assert.deepEqual(shareBetween(before, reading(12, [[2, 900]], 1400, 1000), 2), { own: 0, foreign: 0 });
  assert.equal(shareBetween(before, before, 2), undefined);
});

test('this process and this machine are read', () => {
  const { own, all, idle } = readProcessors([process.pid, undefined, 2 ** 30], 0);
  assert.deepEqual([...own.keys()], [process.pid]);
  assert.ok(all > idle && idle >= 0);
});
