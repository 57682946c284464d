import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import { grey, lumaAt } from './example-picture.ts';
import { type AccessUnit, PictureSource } from './source.ts';

/** Decoding takes no time. */
const AT_ONCE = () => 0;

type Codec = 'H264' | 'VP8';

/** Pictures of these lumas, encoded one after the other; a key frame at the beginning and where said. */
async function clip(
  codec: Codec,
  lumas: readonly number[],
  keyFrames: readonly number[] = [0],
  [width, height] = [160, 96],
): Promise<AccessUnit[]> {
  const encoder = await VideoEncoder.open({ codec, width, height, frameRate: 25, bitRate: 500_000 });
  const units: AccessUnit[] = [];
  for (const [index, luma] of lumas.entries()) {
    const picture = grey(luma, width, height);
    const encoded = await encoder.encode(picture, keyFrames.includes(index));
    picture.free();
    assert.ok(encoded);
    units.push({ codec, data: encoded.data, isKeyFrame: encoded.isKeyFrame, isCorrupt: false });
  }
  await encoder.close();
  return units;
}

/** Luma of what is shown when all that came was shown: pictures of the first second. */
function shown(source: PictureSource): number | undefined {
  for (let now = 0; now <= 1000; now += 40) {
    source.advance(now);
  }
  const picture = source.shown();
  const luma = picture === undefined ? undefined : lumaAt(picture, 80, 48);
  picture?.free();
  return luma;
}

function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? -1) - expected) < 8, `${actual} is not ${expected}`);
}

function asking(): { asked: () => number; ask: () => void } {
  let count = 0;
  return { asked: () => count, ask: () => void count++ };
}

for (const codec of ['H264', 'VP8'] as const) {
  test(`${codec}: what builds on a loss is never shown; the picture stands still until the next key frame`, async () => {
    const { asked, ask } = asking();
    const source = new PictureSource(ask, AT_ONCE);
    const [a, b, lossy, d, key, f] = await clip(codec, [60, 80, 100, 120, 140, 160], [0, 4]);
    assert.ok(a && b && lossy && d && key && f);
    await source.push(a, 0);
    await source.push(b, 40);
    near(shown(source), 80);
    await source.push({ ...lossy, data: lossy.data.subarray(0, lossy.data.length >> 1), isCorrupt: true }, 80);
    await source.push(d, 120);
    near(shown(source), 80);
    assert.equal(source.version, 2);
    assert.equal(asked(), 2);
    await source.push({ ...key, isCorrupt: true }, 160);
    near(shown(source), 80);
    await source.push(key, 200);
    near(shown(source), 140);
    await source.push(f, 240);
    near(shown(source), 160);
    assert.equal(asked(), 3);
    assert.deepEqual([source.decoded, source.version], [4, 4]);
    assert.deepEqual(source.size, { width: 160, height: 96 });
    await source.close();
  });
}

test('nothing is shown before the first key frame', async () => {
  const { asked, ask } = asking();
  const source = new PictureSource(ask, AT_ONCE);
  const [, second] = await clip('VP8', [60, 80]);
  assert.ok(second);
  await source.push(second, 0);
  assert.equal(source.shown(), undefined);
  assert.deepEqual(source.size, { width: 0, height: 0 });
  assert.equal(asked(), 1);
  await source.close();
});

test('a bitstream that is none asks for a key frame and does no harm', async () => {
  const { asked, ask } = asking();
  const source = new PictureSource(ask, AT_ONCE);
  await source.push(
    { codec: 'H264', data: Buffer.from([0, 0, 0, 1, 0x65, 1, 2]), isKeyFrame: true, isCorrupt: false },
    0,
  );
  await source.push({ codec: 'VP8', data: Buffer.alloc(40, 0xff), isKeyFrame: true, isCorrupt: false }, 0);
  assert.ok(asked() >= 1);
  const [key] = await clip('VP8', [90]);
  assert.ok(key);
  await source.push(key, 40);
  near(shown(source), 90);
  await source.close();
});

test('what builds on a picture that the decoder refused is not shown, though it was on its way already', async () => {
  const { asked, ask } = asking();
  const source = new PictureSource(ask, AT_ONCE);
  const [a, , c, key] = await clip('VP8', [60, 80, 200, 140], [0, 3]);
  assert.ok(a && c && key);
  const broken = { ...c, data: Buffer.alloc(40, 0xff) };
  await Promise.all([a, broken, c].map((unit, index) => source.push(unit, index * 40)));
  near(shown(source), 60);
  assert.equal(asked(), 1);
  // A key frame that was on its way too goes on, and none is asked for.
  await Promise.all([key, broken, key].map((unit, index) => source.push(unit, 200 + index * 40)));
  near(shown(source), 140);
  assert.equal(asked(), 1);
  await source.close();
});

test('the party may change its codec in mid-call, with pictures of both on their way', async () => {
  const source = new PictureSource(() => undefined, AT_ONCE);
  const h264 = await clip('H264', [60, 61]);
  const vp8 = await clip('VP8', [120, 121]);
  await Promise.all([...h264, ...vp8].map((unit, index) => source.push(unit, index * 40)));
  near(shown(source), 121);
  const [again] = await clip('H264', [180]);
  assert.ok(again);
  await source.push(again, 400);
  near(shown(source), 180);
  await source.close();
});

test('who changes the codec with every picture makes nothing wait without end', async () => {
  const { asked, ask } = asking();
  const source = new PictureSource(ask, AT_ONCE);
  const [h264] = await clip('H264', [60]);
  const [vp8] = await clip('VP8', [120]);
  assert.ok(h264 && vp8);
  const pushes = Array.from({ length: 400 }, (_, index) => source.push(index % 2 === 0 ? h264 : vp8, index));
  await Promise.all(pushes);
  assert.ok(asked() > 300, `only ${asked()} of 400 were left out`);
  await source.close();
});

test('a picture that stands still and goes on is a freeze; a slow source is none', async () => {
  const source = new PictureSource(() => undefined, AT_ONCE);
  const units = await clip(
    'VP8',
    Array.from({ length: 60 }, (_, index) => 60 + index),
  );
  let now = 0;
  for (const [index, unit] of units.entries()) {
    now += index === 40 || index === 50 ? 600 : 40;
    await source.push(unit, now);
  }
  assert.equal(source.freezes, 2);
  const slow = new PictureSource(() => undefined, AT_ONCE);
  for (const [index, unit] of units.entries()) {
    await slow.push(unit, index * 500);
  }
  assert.equal(slow.freezes, 0);
  await Promise.all([source.close(), slow.close()]);
});

test('the gap of a camera that was switched off is no freeze', async () => {
  const source = new PictureSource(() => undefined, AT_ONCE);
  const units = await clip(
    'VP8',
    Array.from({ length: 40 }, (_, index) => 60 + index),
  );
  let now = 0;
  for (const [index, unit] of units.entries()) {
    if (index === 20) {
      source.cameraOff = true;
    }
    if (index === 21) {
      // The picture before was on its way when the camera went off.
      now += 5000;
      source.cameraOff = false;
    }
    now += 40;
    await source.push(unit, now);
  }
  assert.equal(source.freezes, 0);
  await source.close();
});

test('closing while pictures are decoded frees everything and shows nothing more', async () => {
  const units = await clip('H264', [60, 80, 100, 120]);
  for (let turns = 0; turns < 6; turns++) {
    const source = new PictureSource(() => undefined, AT_ONCE);
    const pushes = units.map((unit, index) => source.push(unit, index * 40));
    for (let turn = 0; turn < turns; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await source.close();
    await Promise.all(pushes);
    assert.equal(source.shown(), undefined);
    const [unit] = units;
    assert.ok(unit);
    await source.push(unit, 500);
    assert.equal(source.shown(), undefined);
    await source.close();
  }
});

test('the picture is held by whoever took it, also after the source has a newer one or is closed', async () => {
  const source = new PictureSource(() => undefined, AT_ONCE);
  const [a, b] = await clip('VP8', [60, 200]);
  assert.ok(a && b);
  await source.push(a, 0);
  source.advance(0);
  const held = source.shown();
  assert.ok(held);
  await source.push(b, 40);
  source.advance(40);
  await source.close();
  near(lumaAt(held, 80, 48), 60);
  held.free();
});

test('a picture that is larger than anybody was offered is refused before memory is taken for it', async () => {
  for (const codec of ['H264', 'VP8'] as const) {
    const { asked, ask } = asking();
    const source = new PictureSource(ask, AT_ONCE);
    const [huge] = await clip(codec, [90], [0], [4096, 4096]);
    const [usual] = await clip(codec, [120]);
    assert.ok(huge && usual);
    await source.push(huge, 0);
    assert.deepEqual(source.size, { width: 0, height: 0 }, codec);
    assert.equal(asked(), 1);
    await source.push(usual, 40);
    near(shown(source), 120);
    await source.close();
  }
});

test('two pictures that come between two beats are shown by one beat each', async () => {
  const source = new PictureSource(() => undefined, AT_ONCE);
  const [a, b, c] = await clip('VP8', [60, 120, 180]);
  assert.ok(a && b && c);
  const lumas: (number | undefined)[] = [];
  let now = 0;
  const beat = () => {
    source.advance(now);
    now += 40;
    const picture = source.shown();
    lumas.push(picture === undefined ? undefined : lumaAt(picture, 80, 48));
    picture?.free();
  };
  beat();
  await source.push(a, 1);
  await source.push(b, 39);
  assert.equal(source.version, 0, 'nothing changes within a beat');
  beat();
  await source.push(c, 80);
  beat();
  beat();
  beat();
  assert.equal(lumas[0], undefined);
  for (const [index, luma] of [60, 120, 180, 180].entries()) {
    near(lumas[index + 1], luma);
  }
  assert.deepEqual([source.version, source.leftOut], [3, 0]);
  await source.close();
});

test('a picture that comes within a beat makes the one that is shown no younger', async () => {
  const source = new PictureSource(() => undefined, AT_ONCE);
  const [a, b] = await clip('VP8', [60, 120]);
  assert.ok(a && b);
  assert.equal(source.shownAt, Number.NEGATIVE_INFINITY);
  await source.push(a, 10);
  source.advance(40);
  await source.push(b, 5000);
  assert.equal(source.shownAt, 40);
  source.advance(5040);
  assert.equal(source.shownAt, 5040);
  await source.close();
});

test('a source that sends 30 pictures a second is shown as it is now: what is too much is left out', async () => {
  const source = new PictureSource(() => undefined, AT_ONCE);
  const [unit] = await clip('VP8', [60]);
  assert.ok(unit);
  let sent = 0;
  for (let beat = 1; beat <= 100; beat++) {
    for (; sent * (1000 / 30) < beat * 40; sent++) {
      await source.push(unit, sent * (1000 / 30));
    }
    source.advance(beat * 40);
  }
  assert.ok(source.version + source.leftOut >= sent - 1, 'one waits at the most');
  assert.ok(source.leftOut >= 18 && source.leftOut <= 21, `${source.leftOut} of ${sent} were left out`);
  await source.close();
});

test('pictures with times are shown at those, evenly, though one comes late; what they wait is told', async () => {
  let now = 0;
  const source = new PictureSource(
    () => undefined,
    () => now,
  );
  const [unit] = await clip('VP8', [60]);
  assert.ok(unit);
  const shownAt: number[] = [];
  let sent = 0;
  for (let beat = 1; beat <= 200; beat++) {
    const late = sent === 50 ? 30 : 0;
    for (; sent * 40 + late + 10 <= beat * 40; sent++) {
      now = sent * 40 + late + 10;
      const origin = { arrivedAt: now, mediaTime: sent * 40, soundDelay: undefined, takenAt: undefined };
      await source.push({ ...unit, origin }, now);
    }
    const { version } = source;
    source.advance(beat * 40);
    if (source.version > version) {
      shownAt.push(beat * 40);
    }
  }
  const steps = shownAt.slice(1).map((at, index) => at - (shownAt[index] ?? 0));
  assert.ok(steps.filter((step) => step !== 40).length <= 1, `${steps}`);
  assert.equal(source.leftOut, 0);
  assert.ok(source.hold >= 20 && source.hold <= 40, `${source.hold}`);
  assert.ok(source.soundDelayWanted >= source.hold - 4, `${source.soundDelayWanted}`);
  assert.equal(source.origin?.mediaTime, (sent - 1) * 40 - (source.version < sent ? 40 : 0));
  await source.close();
});
