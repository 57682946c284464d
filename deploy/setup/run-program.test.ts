import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProgram, runProgram } from './run-program.mjs';

test('a program’s standard output is given, and every whole line of both outputs is told', async () => {
  const lines: string[] = [];
  const output = await runProgram('sh', ['-c', 'echo one; echo two >&2; printf three'], {
    onLine: (line) => lines.push(line),
  });
  assert.equal(output, 'one\nthree');
  assert.deepEqual(lines.sort(), ['one', 'two']);
});

test('a failure tells the command, how it ended and the end of its output', async () => {
  await assert.rejects(
    runProgram('sh', ['-c', 'echo out; echo wrong >&2; exit 3']),
    /^Error: sh -c [\s\S]*ended with 3:\n[\s\S]*wrong/,
  );
  await assert.rejects(runProgram('sh', ['-c', 'kill -9 $$']), /ended with SIGKILL/);
  await assert.rejects(runProgram('no-such-program', []), /cannot start no-such-program/);
  await assert.rejects(runProgram('sh', ['-c', 'yes filler | head -c 100000; echo last; exit 1']), (error: Error) => {
    assert.ok(error.message.length < 13_000);
    return /last$/.test(error.message);
  });
});

test('programs are looked up in a PATH and never in relative folders of it', () => {
  assert.equal(findProgram('sh', '/nowhere:/bin'), '/bin/sh');
  assert.equal(findProgram('sh', '.:bin'), undefined);
  assert.equal(findProgram('no-such-program', '/bin'), undefined);
});
