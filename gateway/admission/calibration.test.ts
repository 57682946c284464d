import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pictureTimesIn } from './calibration.ts';
import { measurePictureTimes } from './picture-times.ts';

const TIMES = { decode: 1, scale: 0.5, encode: 4 };

test('what was measured is kept for this processor, and measured anew where the file is another’s or broken', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'classbridge-calibration-'));
  context.after(() => rmSync(folder, { recursive: true }));
  let measured = 0;
  const times = () =>
    pictureTimesIn(join(folder, 'data'), async () => {
      measured += 1;
      return TIMES;
    });
  assert.deepEqual([await times(), await times(), measured], [TIMES, TIMES, 1]);
  assert.deepEqual(readdirSync(join(folder, 'data')), ['picture-times.json']);
  for (const text of ['', '{"times":', '{}', JSON.stringify({ processor: 'another', node: 'x', times: TIMES })]) {
    writeFileSync(join(folder, 'data', 'picture-times.json'), text);
    await times();
  }
  assert.equal(measured, 5);
  await assert.rejects(
    pictureTimesIn(join(folder, 'none'), () => Promise.reject(new Error('no encoder'))),
    /no encoder/,
  );
});

test('the pictures of this machine are measured: scaling into a quarter is less than encoding', async () => {
  const { decode, scale, encode } = await measurePictureTimes();
  assert.ok(decode > 0 && scale > 0 && encode > scale, JSON.stringify({ decode, scale, encode }));
});
