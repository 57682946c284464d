import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Picture } from './picture.ts';

test('the octets of a picture are those that it holds, about; one that is cut to a strip counts as what was cut', () => {
  for (const [width, height] of [
    [176, 144],
    [1280, 720],
    [720, 1280],
    [1920, 1080],
  ] as const) {
    const picture = Picture.allocate(width, height);
    const true420 = width * height * 1.5;
    assert.ok(picture.octets >= true420 && picture.octets <= true420 * 2, `${width}x${height}: ${picture.octets}`);
    picture.free();
  }
  const strip = Picture.allocate(4096, 16);
  assert.ok(strip.octets >= 4096 * 2304 * 1.5, `${strip.octets}`);
  strip.free();
});
