import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { leftOut, platformOf } from './lock-file.mjs';

test('package-lock.json leaves out no package: npm ci would refuse it', () => {
  const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  assert.deepEqual(Object.keys(leftOut(packages)), [], 'run node deploy/complete-lock.mjs');
});

test('an optional package without an entry is found, nested and hoisted entries count', () => {
  const packages = {
    '': { optionalDependencies: { 'tool-linux-x64': '1.0.0' } },
    'node_modules/tool-linux-x64': { version: '1.0.0' },
    'node_modules/a': {
      dev: true,
      optionalDependencies: { 'tool-linux-x64': '1.0.0', '@a/cli-linux-arm64-musl': '2.0.0', 'b-win32-x64': '1.0.0' },
    },
    'node_modules/a/node_modules/b-win32-x64': { version: '1.0.0' },
  };
  assert.deepEqual(leftOut(packages), {
    'node_modules/@a/cli-linux-arm64-musl': {
      version: '2.0.0',
      cpu: ['arm64'],
      os: ['linux'],
      libc: ['musl'],
      dev: true,
      optional: true,
    },
  });
});

test('the platform is read off a name', () => {
  assert.deepEqual(platformOf('@rollup/rollup-linux-arm-gnueabihf'), { cpu: ['arm'], os: ['linux'], libc: ['glibc'] });
  assert.deepEqual(platformOf('@rollup/rollup-win32-x64-gnu'), { cpu: ['x64'], os: ['win32'] });
  assert.deepEqual(platformOf('@biomejs/cli-darwin-arm64'), { cpu: ['arm64'], os: ['darwin'] });
  assert.throws(() => platformOf('fsevents'), /cannot tell the platform of fsevents/);
});

test('a version that is not exact is not guessed', () => {
  assert.throws(() => leftOut({ '': { optionalDependencies: { 'a-linux-x64': '^1.0.0' } } }), /no exact version/);
});
