import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodecFault } from './fault.ts';
import { Picture } from './picture.ts';
import { Scaler } from './scaler.ts';
import { VideoDecoder } from './video-decoder.ts';
import { VideoEncoder } from './video-encoder.ts';

/** Mean luma of a region. */
function luma(picture: Picture, x: number, y: number, width: number, height: number): number {
  const { data, strides } = picture.planes({ x, y, width, height });
  let sum = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      sum += data[0]?.[row * (strides[0] ?? 0) + column] ?? 0;
    }
  }
  return sum / (width * height);
}

for (const codec of ['H264', 'VP8'] as const) {
  test(`${codec}: what is scaled into a canvas and encoded comes back in its place`, async () => {
    const source = Picture.allocate(320, 240);
    source.fill({ y: 200, u: 90, v: 160 });
    const canvas = Picture.allocate(640, 368);
    const scaler = new Scaler();
    await scaler.scale(source, canvas, { x: 320, y: 0, width: 320, height: 184 });
    assert.ok(Math.abs(luma(canvas, 336, 16, 128, 128) - 200) < 2);
    assert.ok(Math.abs(luma(canvas, 0, 0, 304, 128) - 16) < 2);

    const encoder = await VideoEncoder.open({ codec, width: 640, height: 368, frameRate: 25, bitRate: 500_000 });
    const decoder = await VideoDecoder.open(codec);
    const keyFrames: boolean[] = [];
    for (let index = 0; index < 6; index++) {
      const encoded = await encoder.encode(canvas, index === 4);
      assert.ok(encoded);
      keyFrames.push(encoded.isKeyFrame);
      const picture = await decoder.decode(encoded.data);
      assert.ok(picture);
      assert.equal(picture.width, 640);
      assert.ok(Math.abs(luma(picture, 336, 16, 128, 128) - 200) < 6);
      assert.ok(Math.abs(luma(picture, 0, 0, 304, 128) - 16) < 6);
      picture.free();
    }
    assert.deepEqual(keyFrames, [true, false, false, false, true, false]);
    await Promise.all([encoder.close(), decoder.close(), scaler.close()]);
    source.free();
    canvas.free();
  });
}

for (const [codec, width, height] of [
  ['H261', 176, 144],
  ['H261', 352, 288],
  ['H263', 128, 96],
  ['H263', 352, 288],
  ['H263', 704, 576],
] as const) {
  test(`${codec}, ${width}x${height}: pictures come back with the shape of their pixels, key frames when asked`, async () => {
    const settings = { codec, width, height, frameRate: 25, bitRate: 384_000 };
    const [encoder, decoder] = [await VideoEncoder.open(settings), await VideoDecoder.open(codec)];
    const canvas = Picture.allocate(width, height);
    const keyFrames: boolean[] = [];
    for (let index = 0; index < 6; index++) {
      canvas.fill({ y: 40 + 30 * index, u: 128, v: 128 });
      const encoded = await encoder.encode(canvas, index === 3);
      assert.ok(encoded);
      keyFrames.push(encoded.isKeyFrame);
      const picture = await decoder.decode(encoded.data);
      assert.ok(picture);
      assert.deepEqual([picture.width, picture.height, picture.pixelAspect], [width, height, 12 / 11]);
      assert.ok(Math.abs(luma(picture, 16, 16, width - 32, height - 32) - (40 + 30 * index)) < 6);
      picture.free();
    }
    assert.deepEqual(keyFrames, [true, false, false, true, false, false]);
    await Promise.all([encoder.close(), decoder.close()]);
    canvas.free();
  });

  test(`${codec}, ${width}x${height}: keeps to its bit rate`, async () => {
    const bitRate = 4 * width * height;
    const encoder = await VideoEncoder.open({ codec, width, height, frameRate: 25, bitRate });
    const canvas = Picture.allocate(width, height);
    const { data, strides } = canvas.planes();
    const [luma = Buffer.alloc(0)] = data;
    const sizes: number[] = [];
    for (let index = 0; index < 75; index++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          luma[y * (strides[0] ?? 0) + x] = 128 + 60 * Math.sin((x + 3 * index) / 3) + ((x * y * (index + 7)) % 41);
        }
      }
      sizes.push((await encoder.encode(canvas, index === 40))?.data.length ?? 0);
    }
    const mean = (sizes.slice(25).reduce((sum, size) => sum + size, 0) * 8 * 25) / 50;
    assert.ok(mean > 0.5 * bitRate && mean < 1.15 * bitRate, `${mean} of ${bitRate} bit/s`);
    await encoder.close();
    canvas.free();
  });
}

test('sizes that H.261 and H.263 do not have are refused', async () => {
  for (const codec of ['H261', 'H263'] as const) {
    const settings = { codec, width: 640, height: 368, frameRate: 25, bitRate: 384_000 };
    await assert.rejects(VideoEncoder.open(settings), CodecFault);
  }
});

test('slices stay under the size that packetization-mode 0 asks for', async () => {
  const encoder = await VideoEncoder.open({
    codec: 'H264',
    width: 640,
    height: 368,
    frameRate: 25,
    bitRate: 2_000_000,
    maximumSliceBytes: 1100,
  });
  const canvas = Picture.allocate(640, 368);
  const { data } = canvas.planes();
  // Noise costs bits: many slices.
  data[0]?.forEach((_, index, plane) => {
    plane[index] = (index * 2654435761) % 219;
  });
  const encoded = await encoder.encode(canvas, true);
  assert.ok(encoded);
  const starts: number[] = [];
  for (let at = encoded.data.indexOf('000001', 0, 'hex'); at >= 0; at = encoded.data.indexOf('000001', at + 3, 'hex')) {
    starts.push(at);
  }
  assert.ok(starts.length > 5);
  const sizes = starts.map((start, index) => (starts[index + 1] ?? encoded.data.length) - start - 3);
  assert.ok(Math.max(...sizes) <= 1101, `largest slice ${Math.max(...sizes)}`);
  await encoder.close();
  canvas.free();
});

test('a refused bitstream rejects and leaves the decoder usable; closing while busy is safe', async () => {
  const decoder = await VideoDecoder.open('H264');
  await assert.rejects(decoder.decode(Buffer.from('not a bitstream at all')), CodecFault);
  const encoder = await VideoEncoder.open({ codec: 'H264', width: 320, height: 240, frameRate: 25, bitRate: 200_000 });
  const canvas = Picture.allocate(320, 240);
  const encoded = await encoder.encode(canvas, false);
  assert.ok(encoded);
  const busy = decoder.decode(encoded.data);
  const late = [decoder.decode(encoded.data), decoder.decode(encoded.data)];
  await Promise.all([decoder.close(), encoder.close()]);
  for (const picture of [await busy, ...(await Promise.all(late))]) {
    picture?.free();
  }
  assert.equal(await decoder.decode(encoded.data), undefined);
  canvas.free();
});

test('a freed picture says so and a region outside the canvas is refused', async () => {
  const picture = Picture.allocate(320, 240);
  const scaler = new Scaler();
  await assert.rejects(scaler.scale(picture, picture, { x: 8, y: 0, width: 64, height: 64 }), RangeError);
  await assert.rejects(scaler.scale(picture, picture, { x: 304, y: 0, width: 64, height: 64 }), RangeError);
  picture.free();
  assert.throws(() => picture.width, /freed/);
  await scaler.close();
});
