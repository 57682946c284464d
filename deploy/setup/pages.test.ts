import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pages, sourcesKey } from './pages.mjs';

let project = '';
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
};

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'classbridge-pages-'));
  write('package-lock.json', '{}');
});
afterEach(() => rmSync(project, { recursive: true }));

test('a checkout without pages has nothing to build', () => {
  assert.equal(pages(project).missing(), undefined);
});

test('pages are built when they never were and when their sources changed', () => {
  write('gateway/pages/vite.config.ts', '');
  write('gateway/pages/src/main.tsx', 'one');
  assert.equal(pages(project).missing(), 'not built yet');
  write('gateway/pages/dist/.sources', sourcesKey(project));
  assert.equal(pages(project).missing(), undefined);
  write('gateway/pages/src/main.tsx', 'two');
  assert.equal(pages(project).missing(), 'their sources changed');
});

test('the protocol and the lock file count as sources; tests, the build and other signalling do not', () => {
  write('gateway/pages/vite.config.ts', '');
  const before = sourcesKey(project);
  write('gateway/pages/dist/index.html', 'built');
  write('gateway/pages/src/main.test.ts', 'test');
  write('signaling/webrtc/session.ts', 'session');
  assert.equal(sourcesKey(project), before);
  write('signaling/webrtc/protocol.ts', 'protocol');
  const withProtocol = sourcesKey(project);
  assert.notEqual(withProtocol, before);
  write('package-lock.json', '{"changed":true}');
  assert.notEqual(sourcesKey(project), withProtocol);
});
