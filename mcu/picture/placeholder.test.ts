import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Picture } from '#codecs/ffmpeg/picture.ts';
import { Placeholders } from './placeholder.ts';

/** Red samples of an RGBA picture in the band where the name stands, as one text. */
function nameBand(picture: Picture): { ink: number; samples: string } {
  const { data, strides } = picture.planes();
  const [pixels] = data;
  const [stride = 0] = strides;
  assert.ok(pixels);
  let ink = 0;
  const rows: string[] = [];
  for (let y = Math.round(picture.height * 0.55); y < picture.height * 0.75; y++) {
    const row = pixels.subarray(y * stride, y * stride + picture.width * 4);
    rows.push(row.toString('latin1'));
    for (let x = 0; x < picture.width; x++) {
      ink += (row[x * 4] ?? 0) > 150 ? 1 : 0;
    }
  }
  return { ink, samples: rows.join() };
}

function band(placeholders: Placeholders, name: string): { ink: number; samples: string } {
  const picture = placeholders.take(name, 640, 360);
  assert.deepEqual([picture.width, picture.height], [640, 360]);
  const result = nameBand(picture);
  picture.free();
  return result;
}

test('a Chinese name is drawn, in characters that differ', () => {
  const placeholders = new Placeholders();
  const nothing = band(placeholders, '');
  const chinese = band(placeholders, '第三中学');
  const other = band(placeholders, '第五小学');
  assert.equal(nothing.ink, 0);
  assert.ok(chinese.ink > 300, `${chinese.ink} bright samples`);
  // Boxes for missing characters would look alike.
  assert.notEqual(chinese.samples, other.samples);
});

test('a name that is too long is cut inside the cell; any text is drawn somehow', () => {
  const placeholders = new Placeholders();
  const picture = placeholders.take('很长的名字'.repeat(30), 640, 360);
  const { data, strides } = picture.planes();
  const [stride = 0] = strides;
  for (let y = 0; y < 360; y++) {
    for (const x of [0, 8, 631, 639]) {
      assert.ok((data[0]?.[y * stride + x * 4] ?? 255) < 0x40, `ink at ${x},${y}`);
    }
  }
  picture.free();
  for (const name of ['\u0000', '👩🏽‍🏫', ' ', '\u202eabc', '\ud800', 'ﷺ'.repeat(64)]) {
    band(placeholders, name);
  }
});

test('the same name at the same size is drawn once', () => {
  const placeholders = new Placeholders();
  band(placeholders, 'a');
  const { bytes } = placeholders;
  band(placeholders, 'a');
  assert.equal(bytes, 640 * 360 * 4);
  assert.equal(placeholders.bytes, bytes);
});

test('what is kept is bounded in bytes, whatever the size; what was handed out stays whole', () => {
  const placeholders = new Placeholders();
  const first = placeholders.take('first', 1920, 1080);
  for (let count = 0; count < 8; count++) {
    placeholders.take(`name ${count}`, 1920, 1080).free();
  }
  assert.ok(placeholders.bytes <= 48 << 20, `${placeholders.bytes} bytes`);
  assert.equal(first.planes().data[0]?.[0], 0x20);
  first.free();
});
