import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runTestFile } from './test-file.ts';

const scratch = mkdtempSync(join(tmpdir(), 'classbridge-test-file-'));
after(() => rmSync(scratch, { recursive: true }));

function isRunning(id: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a file that hangs is killed with all that it started, and has failed', async () => {
  const file = join(scratch, 'hang.test.mjs');
  const started = join(scratch, 'started');
  writeFileSync(
    file,
    `import { test } from 'node:test'; import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
    test('hang', () => { writeFileSync(${JSON.stringify(started)}, String(spawn('sleep', ['1000']).pid)); return new Promise(() => setInterval(() => {}, 1e6)); });`,
  );
  const { outcomes } = await runTestFile(file, { test: 60_000, file: 1_500 });
  assert.equal(outcomes.length, 1);
  assert.match(outcomes[0]?.name ?? '', /still ran after 1\.5 s and was killed/);
  assert.equal(isRunning(Number(readFileSync(started, 'utf8'))), false);
});

test('a test that takes longer than the limit for one has failed, others still run', async () => {
  const file = join(scratch, 'slow.test.mjs');
  writeFileSync(
    file,
    `import { test } from 'node:test';
    test('slow', () => new Promise((resolve) => setTimeout(resolve, 1_500)));
    test('next', () => {});`,
  );
  const seen: string[] = [];
  const limits = { test: 300, file: 20_000 };
  const { outcomes } = await runTestFile(file, limits, ({ name, outcome }) => seen.push(`${name} ${outcome}`));
  assert.deepEqual(seen, ['slow failed', 'next passed']);
  assert.match(outcomes[0]?.error ?? '', /timed out/);
});

test('what a test measured is told after it, and nothing else', async () => {
  const file = join(scratch, 'figures.test.mjs');
  writeFileSync(
    file,
    `import { test } from 'node:test';
    test('one', (t) => t.diagnostic('5 of 7 seen'));
    test('two', () => {});`,
  );
  const seen: string[] = [];
  const limits = { test: 20_000, file: 20_000 };
  await runTestFile(
    file,
    limits,
    ({ name }) => seen.push(name),
    (figures) => seen.push(figures),
  );
  assert.deepEqual(seen.toSorted(), ['5 of 7 seen', 'one', 'two']);
});
