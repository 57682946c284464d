import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeMarks, DecodeMarksFile } from './decode-marks.ts';

function both(): { readonly file: DecodeMarksFile; readonly marks: DecodeMarks } {
  const file = DecodeMarksFile.open();
  return { file, marks: new DecodeMarks(file.fd) };
}

test('who is in a decoder stands in the file until the last of its decodes has ended', () => {
  const { file, marks } = both();
  const [a, b] = [marks.open('红星小学'), marks.open('b')];
  assert.deepEqual(file.read(), []);
  a.begin();
  a.begin();
  b.begin();
  assert.deepEqual(file.read(), ['红星小学', 'b']);
  a.end();
  b.end();
  assert.deepEqual(file.read(), ['红星小学']);
  a.end();
  assert.deepEqual(file.read(), []);
  file.close();
});

test('slots are given back, one under way only when it has ended', () => {
  const { file, marks } = both();
  const held = marks.open('held');
  held.begin();
  held.close();
  for (let index = 0; index < 2000; index++) {
    const mark = marks.open(`leg-${index}`);
    mark.begin();
    assert.deepEqual(file.read(), ['held', `leg-${index}`]);
    mark.end();
    mark.close();
  }
  held.end();
  assert.deepEqual(file.read(), []);
  file.close();
});

test('more decoders than slots, and ids longer than a slot, harm nobody', () => {
  const { file, marks } = both();
  const opened = Array.from({ length: 600 }, (_, index) => marks.open(`${index}${'长'.repeat(300)}`));
  for (const mark of opened) {
    mark.begin();
  }
  assert.equal(file.read().length, 512);
  assert.ok(file.read().every((leg, index) => leg.startsWith(String(index))));
  file.close();
});

test('a decode that takes twenty beats is stuck, and it alone is to blame', () => {
  const { file, marks } = both();
  const [stuck, busy] = [marks.open('stuck'), marks.open('busy')];
  stuck.begin();
  for (let beat = 1; beat <= 19; beat++) {
    busy.begin();
    assert.equal(marks.beat(), false);
    busy.end();
  }
  busy.begin();
  assert.equal(marks.beat(), true);
  assert.deepEqual(file.read(), ['stuck']);
  file.close();
});

test('an engine without a file marks nothing', () => {
  const mark = new DecodeMarks(undefined).open('a');
  mark.begin();
  mark.end();
});
