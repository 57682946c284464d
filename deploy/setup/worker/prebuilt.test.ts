import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { downloadPrebuilt, prebuiltAddress } from './prebuilt.mjs';

const manifest = { version: '3.27.1', repository: { url: 'git+https://code.example/project/mediasoup.git' } };

const scratch = mkdtempSync(join(tmpdir(), 'classbridge-prebuilt-'));
writeFileSync(join(scratch, 'mediasoup-worker'), 'binary');
execFileSync('tar', ['czf', 'good.tgz', 'mediasoup-worker'], { cwd: scratch });
const server = createServer((request, response) => {
  if (request.url === '/good') response.end(readFileSync(join(scratch, 'good.tgz')));
  else if (request.url === '/broken') response.end('not an archive');
  else response.writeHead(404).end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
after(() => {
  server.close();
  rmSync(scratch, { recursive: true });
});

test('the address is the one of mediasoup’s own installer', () => {
  const machine = { platform: 'linux', arch: 'x64', kernel: '6.1.0-18-amd64', base: undefined };
  assert.equal(
    prebuiltAddress(manifest, machine),
    'https://code.example/project/mediasoup/releases/download/3.27.1/mediasoup-worker-3.27.1-linux-x64-kernel6.tgz',
  );
  assert.equal(
    prebuiltAddress(manifest, { platform: 'darwin', arch: 'arm64', kernel: '23.1', base: 'https://mirror.example/w' }),
    'https://mirror.example/w/3.27.1/mediasoup-worker-3.27.1-darwin-arm64.tgz',
  );
});

test('a worker is downloaded and unpacked', async () => {
  const folder = join(scratch, 'unpacked');
  mkdirSync(folder);
  await downloadPrebuilt(`${base}/good`, folder);
  assert.equal(readFileSync(join(folder, 'mediasoup-worker'), 'utf8'), 'binary');
});

test('what is not there, is broken or cannot be reached is an error', async () => {
  await assert.rejects(downloadPrebuilt(`${base}/absent`, scratch), /404/);
  await assert.rejects(downloadPrebuilt(`${base}/broken`, scratch));
  await assert.rejects(downloadPrebuilt('http://127.0.0.1:1/', scratch));
});
