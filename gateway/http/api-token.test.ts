import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { apiTokenIn, bearsToken } from './api-token.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classbridge-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a token is made once, told as new once, and kept private', async () => {
  const below = join(folder, 'data');
  const first = await apiTokenIn(below);
  assert.equal(first.isNew, true);
  assert.match(first.text, /^[\w-]{32}$/);
  assert.deepEqual(await apiTokenIn(below), { text: first.text, isNew: false });
  assert.equal((await stat(join(below, 'api-token'))).mode & 0o077, 0);
});

test('what was cut short is no token', async () => {
  await writeFile(join(folder, 'api-token'), 'short\n');
  const { text, isNew } = await apiTokenIn(folder);
  assert.equal(isNew, true);
  assert.equal(await readFile(join(folder, 'api-token'), 'utf8'), `${text}\n`);
});

test('a token that is there and cannot be read is not replaced', async () => {
  await mkdir(join(folder, 'api-token'));
  await assert.rejects(apiTokenIn(folder), { code: 'EISDIR', syscall: 'read' });
});

test('a header bears the token or it does not', () => {
  const token = 'a'.repeat(32);
  assert.equal(bearsToken(`Bearer ${token}`, token), true);
  assert.equal(bearsToken(`bearer  ${token}`, token), true);
  for (const header of [undefined, '', token, 'Bearer', `Bearer ${token}b`, `Basic ${token}`]) {
    assert.equal(bearsToken(header, token), false, header);
  }
});
