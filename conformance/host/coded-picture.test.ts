import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Picture } from '#codecs/ffmpeg/picture.ts';
import { Scaler } from '#codecs/ffmpeg/scaler.ts';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import { drawCodedPicture } from './coded-picture.ts';
import { type FoundMark, readMarks } from './mark-reader.ts';
import { markOf, modulesOf, type PictureMark } from './picture-mark.ts';

const marks = fc
  .tuple(fc.nat({ max: 255 }), fc.nat({ max: 4095 }))
  .map(([host, frame]): PictureMark => ({ host, frame }));

function coded(width: number, height: number, mark: PictureMark): Picture {
  const picture = Picture.allocate(width, height);
  drawCodedPicture({ width, height, ...picture.planes() }, mark);
  return picture;
}

function read(picture: Picture): FoundMark[] {
  const { data, strides } = picture.planes();
  const [luma] = data;
  assert.ok(luma);
  return readMarks({ data: luma, stride: strides[0] ?? 0, width: picture.width, height: picture.height });
}

const facts = (found: readonly FoundMark[]) => found.map(({ host, frame }) => ({ host, frame }));

test('the modules of a mark say it again; any one or two wrong modules are noticed', () => {
  fc.assert(
    fc.property(marks, fc.nat({ max: 40 }), fc.nat({ max: 40 }), (mark, one, other) => {
      const modules = modulesOf(mark);
      assert.deepEqual(markOf(modules), mark);
      const wrong = modules.map((light, index) => (index === one || index === other ? !light : light));
      assert.equal(markOf(wrong), undefined);
    }),
  );
  assert.equal(markOf([]), undefined);
  assert.throws(() => modulesOf({ host: 256, frame: 0 }), RangeError);
  assert.throws(() => modulesOf({ host: 0, frame: -1 }), RangeError);
});

test('a drawn picture is read again at every size that a cell has', () => {
  fc.assert(
    fc.property(marks, fc.constantFrom([1920, 1080], [1280, 720], [640, 360], [320, 180], [128, 72]), (mark, size) => {
      const [width = 0, height = 0] = size;
      const picture = coded(width, height, mark);
      const found = read(picture);
      picture.free();
      assert.deepEqual(facts(found), [mark]);
      assert.ok(Math.abs(found[0]?.left ?? 99) < 2 && Math.abs((found[0]?.width ?? 0) - width) < width / 40);
      assert.ok(Math.abs((found[0]?.row ?? 0) - height / 2) < height / 12);
    }),
    { numRuns: 60 },
  );
});

test('nothing is read where there is nothing, or half of it', () => {
  const picture = Picture.allocate(640, 360);
  assert.deepEqual(read(picture), []);
  const { data, strides } = picture.planes();
  let seed = 1;
  data[0]?.forEach((_, index, plane) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    plane[index] = seed >> 16;
  });
  assert.deepEqual(read(picture), []);
  drawCodedPicture({ width: 640, height: 360, data, strides }, { host: 3, frame: 9 });
  picture.fill({ y: 16, u: 128, v: 128 }, { x: 320, y: 0, width: 320, height: 360 });
  assert.deepEqual(read(picture), []);
  picture.free();
});

test('both cells of a mix are read after scaling to a quarter and H.264 at a poor rate', async () => {
  const canvas = Picture.allocate(640, 368);
  const encoder = await VideoEncoder.open({ codec: 'H264', width: 640, height: 368, frameRate: 25, bitRate: 128_000 });
  const decoder = await VideoDecoder.open('H264');
  const scaler = new Scaler();
  const other = new Scaler();
  let missed = 0;
  for (let frame = 0; frame < 50; frame++) {
    const [first, second] = [coded(1280, 720, { host: 1, frame }), coded(1280, 720, { host: 2, frame: 4095 - frame })];
    await scaler.scale(first, canvas, { x: 0, y: 92, width: 320, height: 180 });
    await other.scale(second, canvas, { x: 320, y: 92, width: 320, height: 180 });
    const encoded = await encoder.encode(canvas, false);
    assert.ok(encoded);
    const picture = await decoder.decode(encoded.data);
    assert.ok(picture);
    const found = read(picture);
    for (const held of [first, second, picture]) {
      held.free();
    }
    for (const { host, frame: seen } of found) {
      assert.ok((host === 1 && seen === frame) || (host === 2 && seen === 4095 - frame), 'what is read is true');
    }
    missed += 2 - found.length;
    const [left, right] = found;
    if (left !== undefined && right !== undefined) {
      assert.ok(Math.abs(left.left) < 4 && Math.abs(right.left - 320) < 4 && Math.abs(right.width - 320) < 8);
    }
  }
  assert.ok(missed <= 2, `${missed} of 100 marks could not be read`);
  await Promise.all([encoder.close(), decoder.close(), scaler.close(), other.close()]);
  canvas.free();
});
