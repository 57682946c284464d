import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saysReady } from './service-run.ts';

test('the line that says ready names the pages; others do not count', () => {
  assert.ok(saysReady('{"level":30,"msg":"Classbridge is ready","page":"https://192.0.2.1:8443/"}'));
  assert.ok(saysReady('ready: https://192.0.2.1:8443'));
  assert.ok(!saysReady('{"msg":"already ready"}'));
  assert.ok(!saysReady('{"msg":"reading https://192.0.2.1/"}'));
});
