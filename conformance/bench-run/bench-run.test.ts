import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { benchNames, loadBench } from './bench.ts';
import { percentile } from './figure.ts';
import { asJson, asTable, type BenchReport } from './report.ts';

const MAIN = fileURLToPath(new URL('../bench.ts', import.meta.url));

const REPORT: BenchReport = {
  bench: 'join',
  machine: { processor: 'P', architecture: 'x64', cores: 2, memoryGiB: 24, node: '24.0.0', loadBefore: 0.5 },
  figures: [
    { name: 'quick_ms', value: 99.5, unit: 'ms', target: 100 },
    { name: 'slow_ms', value: 1000, unit: 'ms', target: 999 },
    { name: 'early_ms', value: -20, unit: 'ms', target: -10, bound: 'at least' },
    { name: 'calls', value: 50, unit: '', target: null },
  ],
};

function runBench(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

test('percentiles are values that were measured', () => {
  const samples = Array.from({ length: 50 }, (_, index) => 50 - index);
  assert.equal(percentile(samples, 0.5), 25);
  assert.equal(percentile(samples, 0.95), 48);
  assert.equal(percentile(samples, 1), 50);
  assert.equal(percentile([7], 0), 7);
  assert.throws(() => percentile([], 0.5), RangeError);
});

test('the table says what was met and what was missed', () => {
  assert.equal(
    asTable('from ACK to picture', REPORT),
    [
      'join: from ACK to picture',
      'P, 2 cores, 24 GiB, Node 24.0.0, load before 0.5',
      '  quick_ms  99.5 ms  at most 100   met',
      '  slow_ms   1000 ms  at most 999   MISSED',
      '  early_ms   -20 ms  at least -10  MISSED',
      '  calls          50',
      '',
    ].join('\n'),
  );
});

test('the JSON is one object on one line', () => {
  const text = asJson(REPORT);
  assert.equal(text.indexOf('\n'), text.length - 1);
  assert.deepEqual(JSON.parse(text), REPORT);
});

test('every bench can be loaded; one that is not there is refused with those that are', async () => {
  assert.ok(benchNames().includes('join'));
  for (const name of benchNames()) {
    const { title, run } = await loadBench(name);
    assert.ok(title.length > 0);
    assert.equal(typeof run, 'function');
  }
  await assert.rejects(loadBench('../host/beat'));
  for (const args of [['nothing-like-it'], ['--jsn', 'join']]) {
    const { code, stdout, stderr } = await runBench(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /join +from ACK/);
  }
});
