import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import type { EncodedPicture } from '#codecs/ffmpeg/video-encoder.ts';
import { splitAnnexB } from '#codecs/rtp/payload/annex-b.ts';
import type { RenditionDesired } from '../engine/protocol.ts';
import { grey } from './example-picture.ts';
import { Rendition } from './rendition.ts';

function desired(changes: Partial<RenditionDesired> = {}): RenditionDesired {
  const size = { width: 320, height: 180, frameRate: 25 };
  return { id: 'r', view: 'v', codec: 'H264', ...size, bitRate: 1_000_000, ...changes };
}

/** Encodes moving noise for so many pictures, 40 ms apart. */
async function run(rendition: Rendition, from: number, pictures: number): Promise<EncodedPicture[]> {
  const canvas = grey(100, 320, 180);
  const encoded: EncodedPicture[] = [];
  for (let count = 0; count < pictures; count++) {
    const { data, strides } = canvas.planes();
    const [luma] = data;
    for (let y = 0; y < 180; y++) {
      for (let x = 0; x < 320; x++) {
        if (luma !== undefined) {
          luma[y * (strides[0] ?? 0) + x] = (x * 7 + y * 13 + ((x * y * (from + count)) % 97)) & 0xff;
        }
      }
    }
    const picture = await rendition.encode(canvas, (from + count) * 40);
    if (picture !== undefined) {
      encoded.push(picture);
    }
  }
  canvas.free();
  return encoded;
}

function bitRate(pictures: readonly EncodedPicture[]): number {
  return (pictures.reduce((sum, { data }) => sum + 8 * data.length, 0) * 25) / pictures.length;
}

const keyFrames = (pictures: readonly EncodedPicture[]) =>
  pictures.flatMap(({ isKeyFrame }, index) => (isKeyFrame ? [index] : []));

test('an H.264 rendition follows a new rate without a key frame', async () => {
  const rendition = new Rendition(desired());
  const before = await run(rendition, 0, 50);
  assert.deepEqual(keyFrames(before), [0]);
  const slower = desired({ bitRate: 250_000 });
  assert.ok(rendition.accepts(slower));
  await rendition.update(slower);
  await run(rendition, 50, 50);
  const after = await run(rendition, 100, 50);
  assert.deepEqual(keyFrames(after), []);
  assert.ok(bitRate(after) < 0.5 * bitRate(before), `${bitRate(before)} to ${bitRate(after)} bit/s`);
  assert.equal(rendition.desired.bitRate, 250_000);
  await rendition.close();
});

test('a VP8 rendition begins anew with a key frame at a new rate; the same rate changes nothing', async () => {
  const rendition = new Rendition(desired({ codec: 'VP8' }));
  const before = await run(rendition, 0, 10);
  await rendition.update(desired({ codec: 'VP8' }));
  assert.deepEqual(keyFrames(await run(rendition, 10, 10)), []);
  await rendition.update(desired({ codec: 'VP8', bitRate: 200_000 }));
  const after = await run(rendition, 20, 10);
  assert.deepEqual(keyFrames(after), [0]);
  const decoder = await VideoDecoder.open('VP8');
  for (const { data } of [...before, ...after]) {
    const picture = await decoder.decode(data);
    assert.equal(picture?.width, 320);
    picture?.free();
  }
  await Promise.all([decoder.close(), rendition.close()]);
});

test('a storm of requests is answered by a key frame every 300 ms at most, and none is forgotten', async () => {
  const rendition = new Rendition(desired());
  const pictures: EncodedPicture[] = [];
  for (let count = 0; count < 40; count++) {
    if (count < 30) {
      rendition.wantKeyFrame();
    }
    pictures.push(...(await run(rendition, count, 1)));
  }
  assert.deepEqual(keyFrames(pictures), [0, 8, 16, 24, 32]);
  await rendition.close();
});

test('what makes another encoding is not accepted', () => {
  const rendition = new Rendition(desired());
  for (const changes of [
    { width: 640 },
    { codec: 'VP8' },
    { frameRate: 15 },
    { maximumSliceBytes: 1180 },
    { view: 'w' },
  ] as const) {
    assert.equal(rendition.accepts(desired(changes)), false, JSON.stringify(changes));
  }
});

test('slices for packetization-mode 0 keep to their size', async () => {
  const rendition = new Rendition(desired({ maximumSliceBytes: 800 }));
  const [picture] = await run(rendition, 0, 1);
  assert.ok(picture);
  const units = splitAnnexB(picture.data);
  assert.ok(units.length > 3);
  assert.ok(units.every(({ length }) => length <= 800));
  await rendition.close();
});

test('nothing is encoded after it was closed, also when it is closed while its encoder opens', async () => {
  const rendition = new Rendition(desired());
  const canvas = grey(100, 320, 180);
  const opening = rendition.encode(canvas, 0);
  await rendition.close();
  assert.equal(await opening, undefined);
  assert.equal(await rendition.encode(canvas, 40), undefined);
  canvas.free();
});
