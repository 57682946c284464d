import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Picture } from '#codecs/ffmpeg/picture.ts';
import { Scaler } from '#codecs/ffmpeg/scaler.ts';
import { drawCodedPicture } from './coded-picture.ts';
import { FLASH_EVERY, flashes } from './flash.ts';
import { isFlash } from './flash-reader.ts';
import { readMarks } from './mark-reader.ts';

test('every 25th frame flashes', () => {
  assert.deepEqual([0, 1, 24, 25, 26, 50].map(flashes), [true, false, false, true, false, true]);
});

for (const cell of [
  { x: 0, y: 0, width: 1280, height: 720 },
  { x: 640, y: 360, width: 640, height: 360 },
  { x: 320, y: 90, width: 256, height: 144 },
]) {
  test(`a flash is seen in a cell of ${cell.width}x${cell.height}, and only then`, async () => {
    const camera = Picture.allocate(1280, 720);
    const canvas = Picture.allocate(1280, 720);
    const scaler = new Scaler();
    try {
      for (const frame of [FLASH_EVERY, FLASH_EVERY + 1]) {
        drawCodedPicture({ width: 1280, height: 720, ...camera.planes() }, { host: 3, frame });
        await scaler.scale(camera, canvas, cell);
        const { data, strides } = canvas.planes();
        const plane = { data: data[0] ?? new Uint8Array(0), stride: strides[0] ?? 0, width: 1280, height: 720 };
        const [mark] = readMarks(plane);
        assert.ok(mark);
        assert.equal(isFlash(plane, mark), flashes(frame), `frame ${frame}`);
      }
    } finally {
      await scaler.close();
      camera.free();
      canvas.free();
    }
  });
}
