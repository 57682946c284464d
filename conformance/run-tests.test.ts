import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('run-tests.ts', import.meta.url));
let root = '';

const write = (file: string, code: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), code);
};
const launch = (...paths: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, ...paths], { cwd: root, encoding: 'utf8' });
  return { status, output: stdout + stderr };
};
const PASSING = `import { test } from 'node:test'; test('fine', () => {});`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'classbridge-tests-'));
  write('package.json', '{"type":"module"}');
});
afterEach(() => rmSync(root, { recursive: true }));

test('unit tests and suites are summed up, whole files and groups are not counted as tests', () => {
  write(
    'codecs/deep/a.test.ts',
    `import { describe, it } from 'node:test'; describe('group', () => { it('one', () => {}); it('two', () => {}); });`,
  );
  write('conformance/suites/b.test.ts', PASSING);
  write('codecs/node_modules/c.test.ts', 'throw new Error()');
  write('elsewhere/d.test.ts', 'throw new Error()');
  const { status, output } = launch();
  assert.match(output, /\n3 passed, 0 failed\n$/);
  assert.equal(status, 0);
});

test('a failure is shown in full and fails the run', () => {
  write(
    'mcu/a.test.ts',
    `import { test } from 'node:test'; test('outer', (t) => t.test('inner', () => { console.log('said before'); throw new TypeError('wrong shape'); }));`,
  );
  write('mcu/b.test.ts', PASSING);
  const { status, output } = launch();
  assert.match(output, /FAILED mcu\/a\.test\.ts:1: inner\nTypeError: wrong shape/);
  assert.match(output, /said before/);
  assert.match(output, /\n1 passed, 1 failed\n$/);
  assert.equal(status, 1);
});

test('a file that breaks at load, ends early or holds no test has failed', () => {
  write('codecs/load.test.ts', `throw new Error('at load');`);
  write('codecs/exit.test.ts', `import { test } from 'node:test'; test('x', () => process.exit(3));`);
  write('codecs/none.test.ts', 'export {};');
  const { status, output } = launch();
  assert.match(output, /load\.test\.ts: the file ended with 1, outside its tests[\s\S]*at load/);
  assert.match(output, /exit\.test\.ts: the file ended with 3/);
  assert.match(output, /none\.test\.ts: the file holds no test/);
  assert.match(output, /\n0 passed, 3 failed\n$/);
  assert.equal(status, 1);
});

test('no test at all is a failure, skipped ones do not make up for it', () => {
  assert.equal(launch().status, 1);
  write('codecs/a.test.ts', `import { test } from 'node:test'; test('later', { skip: true }, () => {});`);
  const { status, output } = launch();
  assert.match(output, /no test ran[\s\S]*\n0 passed, 0 failed, 1 skipped\n$/);
  assert.equal(status, 1);
});

test('paths narrow it to files and folders', () => {
  write('codecs/sdp/a.test.ts', PASSING);
  write('codecs/sdpx/b.test.ts', PASSING);
  write('conformance/suites/c.test.ts', PASSING);
  assert.match(launch('codecs/sdp').output, /\n1 passed, 0 failed\n$/);
  assert.match(launch('codecs/sdp', 'conformance/suites/c.test.ts').output, /\n2 passed, 0 failed\n$/);
  assert.equal(launch('codecs/none').status, 1);
});
