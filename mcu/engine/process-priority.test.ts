import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { mayRaise, yieldNoMore, yieldToOthers } from './process-priority.ts';

const limits = (nice: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax nice priority         ${nice.padEnd(21)}${nice.padEnd(21)}\n`;

test('who has the capability or the limit may raise a priority again', () => {
  assert.equal(mayRaise('Name:\tnode\nCapEff:\t0000000000000000\n', limits('0')), false);
  assert.equal(mayRaise('CapEff:\t000001ffffffffff\n', limits('0')), true);
  assert.equal(mayRaise('CapEff:\t0000000000400000\n', limits('0')), false);
  assert.equal(mayRaise('CapEff:\t0000000000000000\n', limits('20')), true);
  assert.equal(mayRaise('CapEff:\t0000000000000000\n', limits('unlimited')), true);
  assert.equal(mayRaise('', ''), false);
});

test('no thread of a process stays below the usual priority when it is needed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const { pid } = child;
  assert.ok(pid);
  const usual = getPriority(process.pid);
  yieldToOthers(pid);
  const threads = () => readdirSync(`/proc/${pid}/task`).map(Number);
  while (threads().length <= 4) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  yieldNoMore(pid);
  assert.deepEqual(new Set(threads().map((thread) => getPriority(thread))), new Set([usual]));
  child.kill('SIGKILL');
  await once(child, 'exit');
  yieldToOthers(pid);
  yieldNoMore(pid);
});
