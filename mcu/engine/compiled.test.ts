import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineEnvironment } from './compiled.ts';

test('what Node compiles is kept where only we write, unless somebody says where', () => {
  const folder = (environment: NodeJS.ProcessEnv) => engineEnvironment(environment).NODE_COMPILE_CACHE;
  assert.equal(folder({ XDG_CACHE_HOME: '/home/a/cache' }), '/home/a/cache/classbridge/compiled');
  assert.match(folder({ XDG_CACHE_HOME: 'relative' }) ?? '', /^\/.*\/\.cache\/classbridge\/compiled$/);
  assert.equal(folder({ CLASSBRIDGE_CACHE: '/opt/c' }), '/opt/c/compiled');
  assert.equal(folder({ NODE_COMPILE_CACHE: '/var/x' }), '/var/x');
  assert.equal(engineEnvironment({ A: '1' }).A, '1');
});
