import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Journal } from './journal.ts';
import { processIdentity, readStat } from './process-identity.ts';
import { ProcessKeeper } from './process-keeper.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;
const folder = mkdtempSync(join(tmpdir(), 'classbridge-processes-'));

after(() => rmSync(folder, { recursive: true, force: true }));

function sleeper() {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  return { child, pid: child.pid ?? 0, gone };
}

test('a process is known by its id and by when it began', () => {
  const stat = '42 (a) b (c) S 7 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 98765 1 2';
  assert.deepEqual(readStat(stat, 'boot'), { startedAt: 'boot 98765' });
  assert.equal(readStat(stat.replace(' S ', ' Z '), 'boot'), undefined);
  assert.equal(readStat('', 'boot'), undefined);
  assert.ok(processIdentity(process.pid));
  assert.equal(processIdentity(2 ** 22 + 1), undefined);
});

describe('ProcessKeeper', () => {
  test('kills what the gateway before left, even where it is stopped, and nobody else', async () => {
    const [engine, stopped, stranger] = [sleeper(), sleeper(), sleeper()];
    try {
      const before = Journal.open(folder, quiet);
      const keeper = new ProcessKeeper(before, quiet);
      keeper.started(engine.pid, 'engine');
      keeper.started(stopped.pid, 'sfu');
      stopped.child.kill('SIGSTOP');
      // The process id of one that is long gone, which somebody else has now.
      before.put({ kind: 'process', id: 'engine 1', pid: stranger.pid, startedAt: 'boot 1', role: 'engine' });
      before.close();
      const journal = Journal.open(folder, quiet);
      await new ProcessKeeper(journal, quiet).endOrphans();
      assert.deepEqual(await engine.gone, [null, 'SIGKILL']);
      assert.deepEqual(await stopped.gone, [null, 'SIGKILL']);
      assert.notEqual(processIdentity(stranger.pid), undefined);
      assert.equal(journal.size, 0);
      journal.close();
    } finally {
      for (const { child } of [engine, stopped, stranger]) {
        child.kill('SIGKILL');
      }
      await stranger.gone;
    }
  });

  test('an end in order leaves no process in the journal', () => {
    const journal = Journal.open(folder, quiet);
    const keeper = new ProcessKeeper(journal, quiet);
    keeper.begin();
    keeper.started(process.pid, 'engine');
    keeper.ended(process.pid, 'engine');
    assert.equal(journal.size, 2);
    keeper.end();
    assert.equal(journal.size, 0);
    journal.close();
  });
});
