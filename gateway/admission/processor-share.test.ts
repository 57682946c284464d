import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullness, type ProcessorReading, readProcessors, shareBetween } from './processor-share.ts';

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
  assert.deepEqual(shareBetween(before, after, 2), { own: 0.5, busy: 0.75 });
});

test('a process that came or went in between, and no time in between, make no nonsense', () => {
  const before = reading(10, [[1, 500]], 1000, 600);
  assert.deepEqual(shareBetween(before, reading(12, [[2, 900]], 1400, 1000), 2), { own: 0, busy: 0 });
  assert.equal(shareBetween(before, before, 2), undefined);
});

test('work of other programs leaves us less, but never less than half of the machine', () => {
  assert.equal(fullness({ own: 0.3, busy: 0.3 }), 0.3);
  assert.equal(fullness({ own: 0.4, busy: 0.6 }), 0.5);
  assert.equal(fullness({ own: 0.25, busy: 1 }), 0.5);
  assert.equal(fullness({ own: 1, busy: 1 }), 1);
});

test('this process and this machine are read', () => {
  const { own, all, idle } = readProcessors([process.pid, undefined, 2 ** 30], 0);
  assert.deepEqual([...own.keys()], [process.pid]);
  assert.ok(all > idle && idle >= 0);
});
