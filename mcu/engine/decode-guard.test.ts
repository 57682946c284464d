import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeGuard } from './decode-guard.ts';
import { DecodeMarks, DecodeMarksFile } from './decode-marks.ts';

const DATA = Uint8Array.of(1);

/** Lets everything that is due run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('suspects are decoded one at a time, the others beside them', async () => {
  const file = DecodeMarksFile.open();
  const guard = new DecodeGuard(new DecodeMarks(file.fd));
  guard.suspect(['a', 'b']);
  const ends = new Map<string, () => void>();
  const decoding = ['a', 'b', 'c'].map((leg) =>
    guard.open(leg).run(DATA, () => new Promise<string>((resolve) => ends.set(leg, () => resolve(leg)))),
  );
  await settle();
  assert.deepEqual(file.read(), ['a', 'c']);
  ends.get('a')?.();
  await settle();
  assert.deepEqual(file.read(), ['b', 'c']);
  ends.get('b')?.();
  ends.get('c')?.();
  assert.deepEqual(await Promise.all(decoding), ['a', 'b', 'c']);
  assert.deepEqual(file.read(), []);
  file.close();
});

test('a bitstream that a decoder refuses holds up nobody', async () => {
  const file = DecodeMarksFile.open();
  const guard = new DecodeGuard(new DecodeMarks(file.fd));
  guard.suspect(['a']);
  const source = guard.open('a');
  await assert.rejects(source.run(DATA, () => Promise.reject(new Error('refused'))));
  assert.equal(await source.run(DATA, () => Promise.resolve(7)), 7);
  assert.deepEqual(file.read(), []);
  file.close();
});

test('a trap sees the octets while they are marked', async () => {
  const file = DecodeMarksFile.open();
  const seen: unknown[] = [];
  const guard = new DecodeGuard(new DecodeMarks(file.fd), (data) => seen.push([...data, ...file.read()]));
  await guard.open('a').run(DATA, () => Promise.resolve());
  assert.deepEqual(seen, [[1, 'a']]);
  file.close();
});
