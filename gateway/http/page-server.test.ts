import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { certificateFor } from './certificate.ts';
import { pageServer } from './page-server.ts';

let folder: string;
let server: FastifyInstance;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
  const pages = join(folder, 'pages');
  await mkdir(join(pages, 'assets'), { recursive: true });
  await writeFile(join(pages, 'index.html'), '<!doctype html><title>lesson</title>');
  await writeFile(join(pages, 'assets', 'index.js'), 'export {};');
  await writeFile(join(pages, '.secret'), 'secret');
  await writeFile(join(folder, 'outside.txt'), 'outside');
  server = await pageServer(await certificateFor({}, folder, ['127.0.0.1']), pages);
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

test('a page is served at the root and at every class code; its parts beside it', async () => {
  for (const url of ['/', '/index.html', '/c/1001', '/c/1001?name=x', '/c/%E4%B8%80']) {
    const answer = await server.inject(url);
    assert.equal(answer.statusCode, 200, url);
    assert.match(answer.body, /<title>lesson/, url);
    assert.match(String(answer.headers['content-type']), /^text\/html/, url);
  }
  const script = await server.inject('/assets/index.js');
  assert.match(String(script.headers['content-type']), /javascript/);
});

test('unknown paths are 404, and so is everything outside of the folder', async () => {
  for (const url of [
    '/nothing',
    '/c',
    '/c/1001/more',
    '/assets/',
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/assets/%2e%2e%2f%2e%2e%2foutside.txt',
    '/..%5coutside.txt',
    '/c/..%2f..%2foutside.txt/',
  ]) {
    const answer = await server.inject(url);
    assert.ok([400, 403, 404].includes(answer.statusCode), `${url} ${answer.statusCode}`);
    assert.doesNotMatch(answer.body, /outside$/, url);
  }
});

test('every answer forbids what pages do not need', async () => {
  for (const url of ['/', '/c/1001', '/assets/index.js', '/nothing']) {
    const { headers } = await server.inject(url);
    assert.match(String(headers['content-security-policy']), /default-src 'self'.*frame-ancestors 'none'/, url);
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/, url);
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['referrer-policy'], 'no-referrer', url);
    assert.match(String(headers['permissions-policy']), /camera=\(self\)/, url);
  }
});

test('pages that were not built are told at the start', async () => {
  await assert.rejects(pageServer({ key: '', cert: '' }, join(folder, 'none')), /the pages were not built/);
});

test('who is slow is not waited for long', () => {
  const { headersTimeout, requestTimeout, keepAliveTimeout } = server.server;
  assert.deepEqual([headersTimeout, requestTimeout, keepAliveTimeout], [10_000, 20_000, 10_000]);
});
