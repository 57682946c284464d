import assert from 'node:assert/strict';
import { test } from 'node:test';
import { npmVersionOf, versionComplaint } from './versions.mjs';

test('Node 20 with npm 10 is enough, older ones are not', () => {
  assert.equal(versionComplaint({ node: '20.0.0', npm: '10.0.0' }), undefined);
  assert.equal(versionComplaint({ node: '24.21.0', npm: undefined }), undefined);
  assert.match(versionComplaint({ node: '18.20.4', npm: '10.0.0' }) ?? '', /Node 20 or newer .* 18\.20\.4/);
  assert.match(versionComplaint({ node: '20.0.0', npm: '9.9.3' }) ?? '', /npm 10 or newer .* 9\.9\.3/);
});

test('npm’s version is read from what npm tells its children', () => {
  assert.equal(npmVersionOf('npm/11.19.1 node/v20.20.2 linux x64 workspaces/false'), '11.19.1');
  assert.equal(npmVersionOf('pnpm/9.1.0 npm/? node/v20.20.2'), undefined);
  assert.equal(npmVersionOf(undefined), undefined);
});
