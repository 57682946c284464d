import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findSystemNode, registryLines } from './system-node.ts';

test('this machine’s own Node is found even when npm has put the project’s first', () => {
  const { node, nodeVersion, npm, npmVersion } = findSystemNode(
    `/p/node_modules/.bin:/p/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:${process.env.PATH}`,
  );
  assert.ok(!node.includes('node_modules'));
  assert.match(nodeVersion, /^v\d+\.\d+\.\d+/);
  assert.ok(existsSync(join(npm, 'bin/npm-cli.js')));
  assert.match(npmVersion, /^\d+\.\d+\.\d+/);
});

test('of an npmrc only the way to the registry is taken, never a credential', () => {
  const npmrc = [
    'registry=https://registry.example/',
    ' @school:registry = https://own.example/',
    '//registry.example/:_authToken=secret',
    '_password=secret',
    'cafile=/etc/ssl/ca.pem',
    'email=a@b.example',
    '; registry=https://comment.example/',
  ].join('\n');
  assert.deepEqual(registryLines(npmrc), [
    'registry=https://registry.example/',
    '@school:registry = https://own.example/',
    'cafile=/etc/ssl/ca.pem',
  ]);
});
