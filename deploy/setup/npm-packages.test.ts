import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstDifference, pathWithout } from './npm-packages.mjs';

const locked = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true },
};

test('an installation that holds all that is locked has no difference; what is optional may be absent', () => {
  const { a, b } = { a: locked['node_modules/a'], b: locked['node_modules/b'] };
  assert.equal(firstDifference(locked, { 'node_modules/a': a, 'node_modules/b': b }), undefined);
  assert.equal(firstDifference(locked, { 'node_modules/a': a }), undefined);
});

test('a missing, another or a superfluous package is a difference', () => {
  const a = locked['node_modules/a'];
  assert.match(firstDifference(locked, {}) ?? '', /a is missing/);
  assert.match(
    firstDifference(locked, { 'node_modules/a': { ...a, version: '1.0.1' } }) ?? '',
    /a is 1\.0\.1, not 1\.0\.0/,
  );
  assert.notEqual(firstDifference(locked, { 'node_modules/a': { ...a, integrity: 'sha512-x' } }), undefined);
  assert.match(firstDifference(locked, { 'node_modules/a': a, 'node_modules/c': {} }) ?? '', /c is not in it/);
});

test('the project’s own programs are taken out of a PATH', () => {
  assert.equal(
    pathWithout('/p/node_modules/.bin:/usr/bin:/p/node_modules/.bin:/bin', '/p/node_modules/.bin'),
    '/usr/bin:/bin',
  );
});
