import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processTime } from './process-time.ts';
import { readSippCount } from './sipp-count.ts';

const NAMES = 'StartTime;CurrentTime;TotalCallCreated;SuccessfulCall(C);FailedCall(C);Retransmissions(C);';
const BEGIN = '2026-01-02\t10:00:00.500000\t1767348000.500000';

function line(clock: string, ...counts: number[]): string {
  return `${BEGIN};2026-01-02\t10:00:00.000000\t${clock};${counts.join(';')};`;
}

test('the last line counts', () => {
  const csv = [NAMES, line('1767348001.500000', 10, 8, 0, 1), line('1767348010.750000', 100, 98, 2, 7), ''].join('\n');
  assert.deepEqual(readSippCount(csv), {
    created: 100,
    successful: 98,
    failed: 2,
    retransmissions: 7,
    elapsed: 10_250,
  });
});

test('a file without counts is refused', () => {
  assert.throws(() => readSippCount(''), /TotalCallCreated/);
  assert.throws(() => readSippCount(`${NAMES}\n`), /TotalCallCreated/);
  assert.throws(() => readSippCount(`${NAMES}\n${line('now', 1, 1, 0, 0)}\n`), /time as/);
});

test('the time of this process grows with its work', () => {
  const before = processTime(process.pid);
  const end = performance.now() + 150;
  while (performance.now() < end) {
    // Work.
  }
  const used = processTime(process.pid) - before;
  assert.ok(used >= 10 && used <= 1000, `${used} ms`);
  assert.throws(() => processTime(2 ** 30), /ENOENT/);
});
