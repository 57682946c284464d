import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Clock } from './clock.ts';

test('another process has the same time: engines hand their times on', () => {
  const clock = new Clock(0);
  const before = clock.now();
  const module = new URL('./clock.ts', import.meta.url).href;
  const script = `import { Clock } from '${module}'; console.log(new Clock(0).now());`;
  const there = Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
  assert.ok(before < there && there < clock.now(), `${there} after ${before}`);
});

test('wall time is monotonic time and an offset', () => {
  assert.equal(new Clock(1_700_000_000_000).wall(250.5), 1_700_000_000_250.5);
});
