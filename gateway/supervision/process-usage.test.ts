import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuSecondsOf, openFilesOf, readCpu, readResident, residentBytesOf } from './process-usage.ts';

test('processor time stands behind the name of the program, whatever that is', () => {
  const fields = 'S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 11 0 5000';
  assert.equal(readCpu(`7 (node) ${fields}`), 3);
  assert.equal(readCpu(`7 (a) b (c) ${fields}`), 3);
});

test('resident memory is in bytes, none where the kernel tells none', () => {
  assert.equal(readResident('Name:\tnode\nVmRSS:\t   2048 kB\nThreads:\t3\n'), 2_097_152);
  assert.equal(readResident('Name:\tnode\nState:\tZ (zombie)\n'), 0);
});

test('our own process is told, one that is not there is not', () => {
  assert.ok((cpuSecondsOf(process.pid) ?? 0) > 0);
  assert.ok((residentBytesOf(process.pid) ?? 0) > 1e6);
  assert.ok((openFilesOf(process.pid) ?? 0) > 3);
  for (const told of [cpuSecondsOf(2 ** 30), residentBytesOf(2 ** 30), openFilesOf(2 ** 30)]) {
    assert.equal(told, undefined);
  }
});
