import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Picture } from '#codecs/ffmpeg/picture.ts';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { type EncodedPicture, VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import { H264Packetiser } from '#codecs/rtp/payload/h264-packetiser.ts';
import { type Desired, ENGINE_PROTOCOL_VERSION, type LegDesired } from '../engine/protocol.ts';
import { PictureMixer } from './mixer.ts';

const NO_FEEDBACK = { nack: false, pli: false, fir: false, tmmbr: false, remb: false };

function leg(id: string, port: number): LegDesired {
  const remote = { address: '127.0.0.1', port };
  const codec = { name: 'VP8' as const, payloadType: 96, clockRate: 90_000, vp8: {}, feedback: NO_FEEDBACK };
  return {
    id,
    lesson: 'lesson',
    name: `教室 ${id}`,
    cname: id,
    cameraOff: false,
    video: {
      local: remote,
      outputs: [{ ssrc: port, rendition: 'r' }],
      media: {
        kind: 'main',
        index: 0,
        remote,
        remoteRtcp: remote,
        rtcpMux: true,
        direction: 'sendrecv',
        send: codec,
        sendBitRate: 500_000,
        receive: [codec],
      },
    },
  };
}

function desired(number: number, legs: LegDesired[]): Desired {
  return {
    version: ENGINE_PROTOCOL_VERSION,
    number,
    legs,
    views: [{ id: 'v', layout: 'grid', sources: legs.map(({ id }) => id) }],
    renditions: [{ id: 'r', view: 'v', codec: 'H264', width: 640, height: 360, frameRate: 25, bitRate: 800_000 }],
  };
}

/** Luma in the middle of a cell of a side-by-side grid. */
function at(picture: Picture, x: number, y: number): number {
  const { data, strides } = picture.planes();
  return data[0]?.[y * (strides[0] ?? 0) + x] ?? -1;
}

test('two sources stand in their cells; a dead one gives way to its placeholder; a new receiver gets a key frame', async () => {
  const encoded: { picture: EncodedPicture; time: number }[] = [];
  const faults: unknown[] = [];
  const asked: string[] = [];
  let now = 0;
  const mixer = new PictureMixer(
    {
      encoded: (_rendition, picture, time) => encoded.push({ picture, time }),
      keyFrameNeeded: (id) => asked.push(id),
      fault: (_event, error) => faults.push(error),
    },
    () => now,
  );
  const bright = Picture.allocate(320, 180);
  bright.fill({ y: 220, u: 128, v: 128 });
  const camera = await VideoEncoder.open({ codec: 'VP8', width: 320, height: 180, frameRate: 25, bitRate: 300_000 });
  const decoder = await VideoDecoder.open('H264');
  const look = async () => {
    const last = encoded.at(-1);
    assert.ok(last);
    const picture = await decoder.decode(last.picture.data);
    assert.ok(picture);
    return picture;
  };

  await mixer.apply(desired(1, [leg('a', 2000), leg('b', 2002)]));
  for (let count = 0; count < 5; count++, now += 40) {
    const unit = await camera.encode(bright, count === 0);
    assert.ok(unit);
    mixer.push('a', { codec: 'VP8', data: unit.data, isKeyFrame: unit.isKeyFrame, isCorrupt: false }, now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await mixer.tick(now);
    (await look()).free();
  }
  // Another: a picture without a key frame before it is never shown.
  mixer.push('b', { codec: 'VP8', data: Buffer.from([1, 2, 3]), isKeyFrame: false, isCorrupt: false }, now);
  assert.deepEqual(asked, ['b']);
  await mixer.tick(now);
  let picture = await look();
  assert.ok(Math.abs(at(picture, 160, 180) - 220) < 8, 'the first source shows in the left cell');
  assert.ok(Math.abs(at(picture, 480, 40) - 220) > 60, 'the second cell does not show the first source');
  picture.free();
  assert.equal(mixer.figures('a').decoded, 5);

  now += 3000;
  await mixer.tick(now);
  picture = await look();
  assert.ok(at(picture, 160, 40) < 100, 'two seconds without a picture: the placeholder');
  picture.free();

  const before = encoded.length;
  await mixer.apply(desired(2, [leg('a', 2000), leg('b', 2002), leg('c', 2004)]));
  now += 400;
  await mixer.tick(now);
  assert.equal(encoded.at(before)?.picture.isKeyFrame, true);
  (await look()).free();
  assert.deepEqual(faults, []);

  await mixer.apply({ ...desired(3, []), views: [], renditions: [] });
  const after = encoded.length;
  await mixer.tick(now + 40);
  assert.equal(encoded.length, after, 'nothing is encoded that nobody looks at');
  await Promise.all([camera.close(), decoder.close()]);
  bright.free();
});

test('the smallest pictures hold a full class; NAL units are no longer than their receiver wishes', async () => {
  const encoded: { rendition: string; picture: EncodedPicture }[] = [];
  const faults: unknown[] = [];
  const mixer = new PictureMixer(
    {
      encoded: (rendition, picture) => encoded.push({ rendition, picture }),
      keyFrameNeeded: () => undefined,
      fault: (_event, error) => faults.push(error),
    },
    () => 0,
  );
  const legs = Array.from({ length: 9 }, (_, index) => leg(`${index}`, 2000 + 2 * index));
  const base = { view: 'v', codec: 'H264', frameRate: 25 } as const;
  await mixer.apply({
    ...desired(1, legs),
    renditions: [
      { ...base, id: 'level 1', width: 144, height: 80, bitRate: 64_000 },
      { ...base, id: 'level 1.1', width: 160, height: 90, bitRate: 64_000 },
      { ...base, id: 'short', width: 640, height: 360, bitRate: 512_000, maximumSliceBytes: 300 },
    ],
  });
  for (let now = 0; now < 400; now += 40) {
    await mixer.tick(now);
  }
  assert.deepEqual(faults, []);
  for (const [id, width, height] of [
    ['level 1', 144, 80],
    ['level 1.1', 160, 90],
  ] as const) {
    const decoder = await VideoDecoder.open('H264');
    const first = encoded.find(({ rendition }) => rendition === id);
    assert.ok(first);
    const picture = await decoder.decode(first.picture.data);
    assert.ok(picture);
    assert.deepEqual([picture.width, picture.height], [width, height]);
    picture.free();
    await decoder.close();
  }
  const packetiser = new H264Packetiser({ packetizationMode: 0, maximumPayload: 300 });
  const short = encoded.filter(({ rendition }) => rendition === 'short');
  const packets = short.flatMap(({ picture }) => packetiser.packetise(picture.data));
  assert.ok(packets.length > 20, 'its pictures are in many pieces');
  assert.equal(packetiser.oversizedNalUnits, 0);
  await mixer.apply({ ...desired(2, []), views: [], renditions: [] });
});

/** A mixer of one rendition whose encoding is not waited for by its clock: `work` ms pass with each picture of it. */
async function overloaded(work: number, ticks: number) {
  let now = 0;
  let done = 0;
  let ended = 0;
  const lateness: number[] = [];
  const mixer = new PictureMixer(
    {
      encoded: (_rendition, _picture, time) => {
        done += 1;
        now = Math.max(now, ended) + work;
        ended = now;
        lateness.push(now - time);
      },
      keyFrameNeeded: () => undefined,
      fault: (_event, error) => assert.fail(String(error)),
    },
    () => now,
  );
  await mixer.apply(desired(1, [leg('a', 2000)]));
  const open = new Set<Promise<void>>();
  for (let tick = 0; tick < ticks; tick++) {
    const due = tick * 40;
    // The thread works until it is time for the tick.
    while (open.size > 0 && now <= due) {
      await Promise.race(open);
    }
    now = Math.max(now, due);
    const ticking: Promise<void> = mixer.tick(due).finally(() => open.delete(ticking));
    open.add(ticking);
  }
  await Promise.all(open);
  const skipped = mixer.takeTicksSkipped();
  await mixer.apply({ ...desired(2, []), views: [], renditions: [] });
  return { done, skipped, latest: Math.max(...lateness) };
}

test('ticks that are behind are made up for; of more than the machine can do some are left out, and none is late for long', async () => {
  const light = await overloaded(15, 60);
  assert.deepEqual([light.done, light.skipped], [60, 0]);
  for (const work of [50, 100]) {
    const heavy = await overloaded(work, 120);
    assert.equal(heavy.done + heavy.skipped, 120);
    assert.ok(heavy.done >= 0.6 * 120 * (40 / work), `${heavy.done} of ${work} ms were done`);
    assert.ok(heavy.latest <= 6 * work, `${heavy.latest} ms late`);
  }
});

test('ticks at once after a standstill are all mixed, up to five', async () => {
  const times: number[] = [];
  const mixer = new PictureMixer(
    {
      encoded: (_rendition, _picture, time) => times.push(time),
      keyFrameNeeded: () => undefined,
      fault: (_event, error) => assert.fail(String(error)),
    },
    () => 0,
  );
  await mixer.apply(desired(1, [leg('a', 2000)]));
  await Promise.all([0, 40, 80, 120, 160, 200, 240].map((due) => mixer.tick(due)));
  assert.deepEqual(times, [0, 40, 80, 120, 160]);
  assert.equal(mixer.takeTicksSkipped(), 2);
  mixer.skip(3);
  assert.equal(mixer.takeTicksSkipped(), 3);
  await mixer.apply({ ...desired(2, []), views: [], renditions: [] });
});
