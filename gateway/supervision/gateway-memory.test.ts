import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { GATEWAY_V8_FLAGS, gatewayEnvironment, installedJemalloc, keepFromChildren } from './gateway-memory.ts';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2';

test('a gateway has an allocator that gives back, its children have not', () => {
  const environment = gatewayEnvironment({ HOME: '/root' }, LIBRARY);
  assert.equal(environment.LD_PRELOAD, LIBRARY);
  assert.match(environment.MALLOC_CONF ?? '', /\bdirty_decay_ms:\d+\b/);
  assert.equal(Object.keys(environment).length, 4);
  keepFromChildren(environment, []);
  assert.deepEqual(environment, { HOME: '/root' });
});

test('without jemalloc glibc has bounds', () => {
  const environment = gatewayEnvironment({ HOME: '/root' }, undefined);
  assert.deepEqual(Object.keys(environment).sort(), [
    'CLASSBRIDGE_GATEWAY_ALONE',
    'HOME',
    'MALLOC_ARENA_MAX',
    'MALLOC_MMAP_THRESHOLD_',
    'MALLOC_TRIM_THRESHOLD_',
  ]);
  keepFromChildren(environment, []);
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
  const settings = [
    { MALLOC_ARENA_MAX: '8' },
    { MALLOC_ARENA_MAX: '2' },
    { MALLOC_CONF: 'narenas:8' },
    { LD_PRELOAD: '/opt/mine.so' },
    { LD_PRELOAD: LIBRARY },
  ];
  for (const own of settings) {
    for (const installed of [LIBRARY, undefined]) {
      const environment = gatewayEnvironment(own, installed);
      for (const [name, value] of Object.entries(own)) assert.equal(environment[name], value);
      keepFromChildren(environment, []);
      assert.deepEqual(environment, own);
    }
  }
});

test('flags of V8 for the gateway alone are kept from its children, those of the operator are not', () => {
  const operators = ['--enable-source-maps', '--max-semi-space-size=8'];
  const execArgv = [...operators, ...GATEWAY_V8_FLAGS];
  keepFromChildren({}, execArgv);
  assert.deepEqual(execArgv, operators);
  // One that nobody supervises has none of them.
  keepFromChildren({}, execArgv);
  assert.deepEqual(execArgv, operators);
});
