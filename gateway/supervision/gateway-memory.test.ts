import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gatewayEnvironment, installedJemalloc, keepFromChildren } from './gateway-memory.ts';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2';

test('a gateway has an allocator that gives back, its children have not', () => {
  const environment = gatewayEnvironment({ HOME: '/root' }, LIBRARY);
  assert.equal(environment.LD_PRELOAD, LIBRARY);
  assert.match(environment.MALLOC_CONF ?? '', /\bdirty_decay_ms:\d+\b/);
  assert.equal(Object.keys(environment).length, 3);
  keepFromChildren(environment, LIBRARY);
  assert.deepEqual(environment, { HOME: '/root' });
});

test('without jemalloc glibc has bounds', () => {
  const environment = gatewayEnvironment({ HOME: '/root' }, undefined);
  assert.deepEqual(Object.keys(environment).sort(), [
    'HOME',
    'MALLOC_ARENA_MAX',
    'MALLOC_MMAP_THRESHOLD_',
    'MALLOC_TRIM_THRESHOLD_',
  ]);
  keepFromChildren(environment, undefined);
  assert.deepEqual(environment, { HOME: '/root' });
});

test('jemalloc is looked for where Debian has it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'classbridge-libraries-'));
  try {
    assert.equal(installedJemalloc(folder, 'x64'), undefined);
    mkdirSync(join(folder, 'x86_64-linux-gnu'));
    assert.equal(installedJemalloc(folder, 'x64'), undefined);
    const library = join(folder, 'x86_64-linux-gnu', 'libjemalloc.so.2');
    writeFileSync(library, '');
    assert.equal(installedJemalloc(folder, 'x64'), library);
    assert.equal(installedJemalloc(folder, 'arm64'), undefined);
    assert.equal(installedJemalloc(folder, 'mips'), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what the operator has set holds for all', () => {
  for (const own of [{ MALLOC_ARENA_MAX: '8' }, { MALLOC_CONF: 'narenas:8' }, { LD_PRELOAD: '/opt/mine.so' }]) {
    const environment = gatewayEnvironment(own, LIBRARY);
    keepFromChildren(environment, LIBRARY);
    assert.deepEqual(environment, own);
  }
});
