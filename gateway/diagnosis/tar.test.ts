import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { tarOf } from './tar.ts';

test('the system’s tar reads names, contents, times and nothing else', () => {
  const contents = { 'README.txt': 'läuft\n', 'calls/a.pcap': '\0'.repeat(512), 'empty.json': '' };
  const archive = tarOf(
    Object.entries(contents).map(([name, content]) => ({ name, content })),
    1_700_000_000_000,
  );
  assert.equal(archive.length % 512, 0);
  const list = execFileSync('tar', ['-tvf', '-', '--utc', '--full-time'], { input: archive }).toString();
  const lines = list
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/).slice(2).join(' '));
  assert.deepEqual(lines, [
    '7 2023-11-14 22:13:20 README.txt',
    '512 2023-11-14 22:13:20 calls/a.pcap',
    '0 2023-11-14 22:13:20 empty.json',
  ]);
  const text = execFileSync('tar', ['-xOf', '-', 'README.txt'], { input: archive }).toString();
  assert.equal(text, contents['README.txt']);
});

test('names that could not be written, or lead elsewhere on a terminal, are refused', () => {
  for (const name of ['x'.repeat(101), 'a\nb', 'ä', '']) {
    assert.throws(() => tarOf([{ name, content: '' }], 0), RangeError);
  }
});
