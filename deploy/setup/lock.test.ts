import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'classbridge-lock-'));
after(() => rmSync(scratch, { recursive: true }));

test('two that want the same lock work one after the other', async () => {
  const file = join(scratch, 'deep/one.lock');
  let inside = 0;
  let most = 0;
  const turn = () =>
    withLock(file, {
      onWait: () => {},
      work: async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside -= 1;
        return 'result';
      },
    });
  assert.deepEqual(await Promise.all([turn(), turn(), turn()]), ['result', 'result', 'result']);
  assert.equal(most, 1);
});

test('a lock is given back when the work fails', async () => {
  const file = join(scratch, 'two.lock');
  const failing = withLock(file, { onWait: () => {}, work: () => Promise.reject(new Error('broken')) });
  await assert.rejects(failing, /broken/);
  assert.equal(await withLock(file, { onWait: () => {}, work: async () => 7 }), 7);
});

test('a lock whose holder was killed is free, and who has to wait is told', async () => {
  const file = join(scratch, 'three.lock');
  const module = fileURLToPath(new URL('lock.mjs', import.meta.url));
  const code = `import { withLock } from ${JSON.stringify(module)};
    await withLock(${JSON.stringify(file)}, { onWait() {}, work: () => { console.log('mine'); return new Promise(() => setInterval(() => {}, 1e6)); } });`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const told = Promise.withResolvers<void>();
  const waiting = withLock(file, { onWait: told.resolve, work: async () => 'free' });
  await told.promise;
  holder.kill('SIGKILL');
  assert.equal(await waiting, 'free');
});

test('a lock that cannot be made is an error that names it', async () => {
  await assert.rejects(
    withLock(join(scratch, 'x'.repeat(300)), { onWait: () => {}, work: async () => 1 }),
    /cannot lock/,
  );
});
