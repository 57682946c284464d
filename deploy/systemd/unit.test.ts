import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** Exposure of the service times 10, as systemd-analyze rates it, from 0 (safe) to 100. */
const MOST_EXPOSED = 15;

const folder = mkdtempSync(join(tmpdir(), 'classbridge-unit-'));
after(() => rmSync(folder, { recursive: true }));

/** The unit as it would be for this checkout. */
const unit = join(folder, 'classbridge.service');
const text = readFileSync(new URL('classbridge.service', import.meta.url), 'utf8');
writeFileSync(unit, text.replaceAll('/opt/classbridge', PROJECT));

function analyze(...words: string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr, error } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
  assert.equal(error, undefined, 'systemd-analyze is there: the setup for tests installs it');
  return { status, output: `${stdout}${stderr}` };
}

test('systemd finds nothing wrong with the unit', () => {
  const { status, output } = analyze('verify', unit);
  assert.equal(output, '');
  assert.equal(status, 0);
});

test('the service is shut in', () => {
  const { status, output } = analyze('security', '--offline=true', `--threshold=${MOST_EXPOSED}`, unit);
  assert.equal(status, 0, output);
  assert.match(text, /^User=classbridge$/m);
});
