import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { readTaskTimes, starvedBetween, stateOf, type TaskTimes } from './task-times.ts';

const times = (ran: number, waited: number, wants: boolean): TaskTimes => ({ ran, waited, wants });

test('waits that are over are those that the kernel added', () => {
  assert.equal(starvedBetween(times(10, 20, true), times(30, 80, true), 100), 60);
  assert.equal(starvedBetween(times(10, 20, false), times(30, 80, false), 100), 60);
  assert.equal(
    starvedBetween(times(10, 20, true), times(30, 1500, true), 100),
    100,
    'what was counted before counts once',
  );
});

test('a wait that goes on is one, though the kernel has not added it', () => {
  assert.equal(starvedBetween(times(10, 20, true), times(10, 20, true), 100), 100);
});

test('who sleeps, is stopped or runs does not starve', () => {
  assert.equal(starvedBetween(times(10, 20, false), times(10, 20, false), 100), 0);
  assert.equal(starvedBetween(times(10, 20, true), times(10, 20, false), 100), 0, 'stopped');
  assert.equal(starvedBetween(times(10, 20, true), times(110, 20, true), 100), 0, 'an endless loop');
  assert.equal(starvedBetween(times(10, 20, false), times(10, 20, true), 100), 0, 'woken a moment ago');
});

test('nothing is said on what is not known', () => {
  assert.equal(starvedBetween(undefined, times(10, 20, true), 100), 0);
  assert.equal(starvedBetween(times(10, 20, true), undefined, 100), 0);
  assert.equal(starvedBetween(times(0, 0, true), times(0, 0, true), 100), 0, 'a kernel that counts nothing');
  assert.equal(
    starvedBetween(times(10, 80, true), times(20, 20, true), 100),
    0,
    'another thread under the same number',
  );
});

test('the state stands after the name, whatever is in that', () => {
  assert.equal(stateOf('17 (node) T 1 17'), 'T');
  assert.equal(stateOf('17 (a) R (b) S 1 17'), 'S');
  assert.equal(stateOf(''), '');
});

test('a thread that is not there has no times', () => {
  assert.equal(readTaskTimes(process.pid, 2 ** 30), undefined);
});

const canPin = existsSync('/proc/self/schedstat') && spawnSync('taskset', ['--version']).status === 0;

test('of two that fill one processor each waits for the other; stopped, it does not', {
  skip: canPin ? false : 'needs Linux and taskset',
}, async () => {
  const busy = [1, 2].map(() =>
    spawn('taskset', ['-c', '0', process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    await Promise.all(busy.map((child) => once(child, 'spawn')));
    const pid = busy[0]?.pid ?? 0;
    const begun = readTaskTimes(pid, pid);
    assert.ok(begun);
    let now = begun;
    while (starvedBetween(begun, now, 1e6) < 100 || now.ran - begun.ran < 100) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      now = readTaskTimes(pid, pid) ?? now;
    }
    process.kill(pid, 'SIGSTOP');
    while (readTaskTimes(pid, pid)?.wants === true) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const stopped = readTaskTimes(pid, pid);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(starvedBetween(stopped, readTaskTimes(pid, pid), 50), 0);
  } finally {
    for (const child of busy) {
      child.kill('SIGKILL');
    }
  }
});
