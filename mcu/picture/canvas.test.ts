import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Picture } from '#codecs/ffmpeg/picture.ts';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { type Tile, ViewCanvas } from './canvas.ts';
import { grey, lumaAt } from './example-picture.ts';
import { Placeholders } from './placeholder.ts';
import { Rendition } from './rendition.ts';

/** A source with one picture of one luma. */
class Still {
  version = 1;
  shownAt = 0;
  origin = { arrivedAt: 0, mediaTime: 0, soundDelay: undefined, takenAt: undefined };
  soundDelayWanted = 0;
  picture: Picture;

  constructor(luma: number, width = 320, height = 180) {
    this.picture = grey(luma, width, height);
  }

  shown(): Picture {
    return this.picture.share();
  }

  show(luma: number, width: number, height: number): void {
    this.picture.free();
    this.picture = grey(luma, width, height);
    this.version += 1;
  }
}

function tile(leg: string, source: Tile['source'], changes: Partial<Tile> = {}): Tile {
  return { leg, name: leg, source, cameraOff: false, ...changes };
}

function canvas(width = 640, height = 360): { made: ViewCanvas; faults: unknown[] } {
  const faults: unknown[] = [];
  return { made: new ViewCanvas(width, height, new Placeholders(), (error) => faults.push(error)), faults };
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 6, `${actual} is not ${expected}`);
}

test('four sources at 1920x1080: each in its cell, composed and encoded', async () => {
  const { made, faults } = canvas(1920, 1080);
  const lumas = [50, 100, 150, 200];
  // Wide and narrow ones, and one larger than its cell.
  const sources = [
    new Still(50, 320, 180),
    new Still(100, 1280, 720),
    new Still(150, 1920, 1080),
    new Still(200, 352, 288),
  ];
  const rendition = new Rendition({
    id: 'r',
    view: 'v',
    codec: 'H264',
    width: 1920,
    height: 1080,
    frameRate: 25,
    bitRate: 3_000_000,
  });
  const decoder = await VideoDecoder.open('H264');
  let last: Picture | undefined;
  for (let now = 0; now < 200; now += 40) {
    await made.compose(
      sources.map((source, index) => tile(String(index), source)),
      now,
    );
    const encoded = await rendition.encode(made.picture, now);
    assert.ok(encoded);
    last?.free();
    last = await decoder.decode(encoded.data);
  }
  assert.ok(last);
  assert.deepEqual([last.width, last.height], [1920, 1080]);
  for (const [index, luma] of lumas.entries()) {
    const [x, y] = [480 + 960 * (index % 2), 270 + 540 * Math.floor(index / 2)];
    near(lumaAt(made.picture, x, y), luma);
    near(lumaAt(last, x, y), luma);
  }
  // The old television shape has bars at its sides.
  near(lumaAt(last, 980, 800), 16);
  // To the last row: 1080 is no multiple of 16.
  near(lumaAt(last, 480, 1079), 150);
  assert.deepEqual(faults, []);
  last.free();
  await Promise.all([rendition.close(), decoder.close(), made.close()]);
});

test('a source that stands still longer than two seconds, has its camera off or sends nothing gives way to its placeholder', async () => {
  const { made } = canvas();
  const source = new Still(220);
  await made.compose([tile('a', source)], 1999);
  near(lumaAt(made.picture, 20, 20), 220);
  await made.compose([tile('a', source)], 2001);
  assert.ok(lumaAt(made.picture, 20, 20) < 80);
  source.shownAt = 3000;
  await made.compose([tile('a', source)], 3000);
  near(lumaAt(made.picture, 20, 20), 220);
  await made.compose([tile('a', source, { cameraOff: true })], 3000);
  assert.ok(lumaAt(made.picture, 20, 20) < 80);
  await made.compose([tile('b', undefined)], 3000);
  assert.ok(lumaAt(made.picture, 20, 20) < 80);
  await made.close();
});

test('a picture of another shape leaves nothing of the old one beside it', async () => {
  const { made } = canvas();
  const source = new Still(220, 320, 180);
  await made.compose([tile('a', source)], 0);
  near(lumaAt(made.picture, 8, 180), 220);
  source.show(120, 180, 320);
  await made.compose([tile('a', source)], 40);
  near(lumaAt(made.picture, 320, 180), 120);
  near(lumaAt(made.picture, 8, 180), 16);
  await made.close();
});

test('when somebody leaves the others take their new cells and nothing of him stays', async () => {
  const { made } = canvas();
  const [a, b] = [new Still(60), new Still(220)];
  await made.compose([tile('a', a), tile('b', b)], 0);
  near(lumaAt(made.picture, 480, 180), 220);
  await made.compose([tile('a', a)], 40);
  near(lumaAt(made.picture, 480, 180), 60);
  await made.compose([], 80);
  near(lumaAt(made.picture, 480, 180), 16);
  await made.close();
});

test('a source that cannot be drawn is told once and has its placeholder; the others are drawn', async () => {
  const { made, faults } = canvas();
  const broken = {
    version: 1,
    shownAt: 0,
    origin: undefined,
    soundDelayWanted: 0,
    shown: () =>
      Object.assign(grey(90, 32, 32), {
        planes: () => {
          throw new Error('no planes');
        },
      }),
  };
  const whole = new Still(200);
  for (let now = 0; now < 400; now += 40) {
    broken.version += 1;
    await made.compose([tile('broken', broken), tile('whole', whole)], now);
  }
  assert.ok(lumaAt(made.picture, 160, 40) < 80);
  near(lumaAt(made.picture, 480, 180), 200);
  assert.equal(faults.length, 1);
  await made.close();
});

test('tiny and huge pictures are drawn', async () => {
  for (const [width, height] of [
    [2, 2],
    [16, 1200],
    [4096, 16],
    [4096, 2304],
  ] as const) {
    const { made, faults } = canvas(320, 180);
    await made.compose([tile('a', new Still(200, width, height)), tile('b', new Still(200))], 0);
    near(lumaAt(made.picture, 240, 90), 200);
    assert.deepEqual(faults, [], `${width}x${height}`);
    await made.close();
  }
});

test('a picture is told as new once in each canvas, a placeholder never', async () => {
  const { made } = canvas();
  const source = new Still(100);
  const tiles = [tile('a', source), tile('b', undefined)];
  const shown = { leg: 'a', origin: source.origin, soundDelayWanted: 0 };
  assert.deepEqual(await made.compose(tiles, 0), [shown]);
  assert.deepEqual(await made.compose(tiles, 40), []);
  source.show(120, 320, 180);
  assert.deepEqual(await made.compose(tiles, 80), [shown]);
  source.show(140, 320, 180);
  assert.deepEqual(await made.compose([tile('a', source, { cameraOff: true })], 120), []);
  await made.close();
  source.picture.free();
});
