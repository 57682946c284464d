import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PICTURE_SIZES } from '#codecs/media/description.ts';
import { grey } from './example-picture.ts';
import { canvasSize, Letterbox } from './letterbox.ts';

/** Rows of a picture's middle column that are lighter than black. */
function lightRows({ picture }: Letterbox): [first: number, last: number] {
  const { data, strides } = picture.planes();
  const rows = Array.from({ length: picture.height }, (_, row) => row).filter(
    (row) => (data[0]?.[row * (strides[0] ?? 0) + picture.width / 2] ?? 0) > 60,
  );
  return [rows[0] ?? -1, rows.at(-1) ?? -1];
}

for (const [size, expected] of [
  ['SQCIF', [8, 85]],
  ['QCIF', [18, 125]],
  ['CIF', [36, 251]],
  ['CIF4', [72, 503]],
] as const) {
  test(`${size}: a view of 16:9 keeps its shape on pixels of 12:11`, async () => {
    const { width, height } = PICTURE_SIZES[size];
    const canvas = canvasSize({ codec: 'H263', width, height });
    assert.equal(canvas.width * 9, canvas.height * 16);
    const view = grey(200, canvas.width, canvas.height);
    const letterbox = new Letterbox(width, height);
    await letterbox.show(view);
    assert.deepEqual(lightRows(letterbox), expected);
    await letterbox.close();
    view.free();
  });
}

test('views for other codecs are drawn in the size of their pictures', () => {
  assert.deepEqual(canvasSize({ codec: 'H264', width: 352, height: 288 }), { width: 352, height: 288 });
});
