import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { findWorker, workerFolders } from './worker-path.mjs';

let scratch = '';
let project = '';
let env: Record<string, string> = {};

const lock = (version: string) =>
  writeFileSync(
    join(project, 'package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/mediasoup': { version } } }),
  );
const binary = (folder: string) => {
  const file = join(folder, 'mediasoup-worker');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
};

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'classbridge-worker-'));
  project = join(scratch, 'project');
  mkdirSync(project);
  env = { CLASSBRIDGE_CACHE: join(scratch, 'cache') };
  lock('3.27.1');
});
afterEach(() => rmSync(scratch, { recursive: true }));

test('the named worker wins, then mediasoup’s prebuilt one, then its installer’s, then the compiled one', () => {
  assert.equal(findWorker(project, env), undefined);
  const compiled = binary(workerFolders(project, env).compiled);
  assert.equal(findWorker(project, env), compiled);
  const installed = binary(join(project, 'node_modules/mediasoup/worker/out/Release'));
  assert.equal(findWorker(project, env), installed);
  const prebuilt = binary(workerFolders(project, env).prebuilt);
  assert.equal(findWorker(project, env), prebuilt);
  assert.equal(findWorker(project, { ...env, MEDIASOUP_WORKER_BIN: compiled }), compiled);
});

test('a named worker that is not there is not replaced by another in silence', () => {
  binary(workerFolders(project, env).compiled);
  assert.equal(findWorker(project, { ...env, MEDIASOUP_WORKER_BIN: '/nowhere/worker' }), undefined);
});

test('another version of mediasoup has another worker', () => {
  binary(workerFolders(project, env).compiled);
  lock('3.28.0');
  assert.equal(findWorker(project, env), undefined);
});
