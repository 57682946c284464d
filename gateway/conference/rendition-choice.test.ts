import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { H264Limits, PictureIntervals } from '#codecs/media/description.ts';
import { NO_FEEDBACK } from '#codecs/media/feedback.ts';
import { BROWSER_LAYERS, browserLayer, chooseRendition } from './rendition-choice.ts';

function h264(limits: Partial<H264Limits>, sendBitRate: number) {
  const send = {
    name: 'H264' as const,
    payloadType: 99,
    clockRate: 90_000,
    feedback: NO_FEEDBACK,
    h264: {
      profile: 'constrained-baseline' as const,
      level: 31,
      packetizationMode: 1 as const,
      levelAsymmetryAllowed: true,
      ...limits,
    },
  };
  return { send, sendBitRate };
}

const CASES: readonly [string, Partial<H264Limits>, number, number, [number, number, number]][] = [
  ['a level 4 room on a good line', { level: 40 }, 4_000_000, 1080, [1920, 1080, 3_000_000]],
  ['the same where 720p is the most', { level: 40 }, 4_000_000, 720, [1280, 720, 1_500_000]],
  ['a level 3.1 room', { level: 31 }, 4_000_000, 1080, [1280, 720, 1_500_000]],
  ['a level 1.3 room', { level: 13 }, 768_000, 1080, [320, 180, 192_000]],
  ['a level 4 room on a poor line', { level: 40 }, 512_000, 1080, [640, 360, 512_000]],
  ['the poorest line', { level: 40 }, 80_000, 1080, [320, 180, 64_000]],
  [
    'level 1.3 with max-fs and max-mbps for 720p',
    { level: 13, maxFs: 3600, maxMbps: 108_000 },
    2_000_000,
    1080,
    [1280, 720, 1_500_000],
  ],
];
for (const [name, limits, rate, most, [width, height, bitRate]] of CASES) {
  test(name, () => {
    const chosen = chooseRendition('v', h264(limits, rate), most);
    assert.deepEqual([chosen.width, chosen.height, chosen.bitRate], [width, height, bitRate]);
  });
}

test('equal needs meet in one rendition, other needs do not', () => {
  const one = chooseRendition('v', h264({ level: 31 }, 2_000_000), 1080);
  assert.equal(chooseRendition('v', h264({ level: 32 }, 1_900_000), 1080).id, one.id);
  const sliced = chooseRendition('v', h264({ level: 31, packetizationMode: 0 }, 2_000_000), 1080);
  assert.notEqual(sliced.id, one.id);
  assert.equal(sliced.maximumSliceBytes, 1180);
  assert.equal(browserLayer('v', BROWSER_LAYERS[1], 2_000_000).id, one.id, 'rooms and browsers share the upper layer');
});

test('rtp-videophone-mode0-only: some take NAL units as they are alone (DoubangoTelecom/imsdroid#225)', () => {
  const { maximumSliceBytes } = chooseRendition('v', h264({ packetizationMode: 0 }, 2_000_000), 1080);
  assert.ok(maximumSliceBytes !== undefined && maximumSliceBytes <= 1200);
});

test('rtp-tandberg-x7-clears-call-over-maxfs: a picture above max-fs ends the call (DoubangoTelecom tdav_codec_h264_common.h)', () => {
  for (const maxFs of [99, 396, 920, 1620, 3600, 8160]) {
    const { width, height } = chooseRendition('v', h264({ level: 40, maxFs }, 4_000_000), 1080);
    assert.ok(Math.ceil(width / 16) * Math.ceil(height / 16) <= maxFs, `${width}x${height} for ${maxFs}`);
  }
});

function h263(name: 'H263' | 'H263-1998', intervals: PictureIntervals, sendBitRate: number) {
  return {
    send: { name, payloadType: 34, clockRate: 90_000, feedback: NO_FEEDBACK, h263: { intervals } },
    sendBitRate,
  };
}

const OLD_CASES: readonly [string, PictureIntervals, number, [number, number, number, number]][] = [
  ['CIF at 30', { CIF: 1, QCIF: 1 }, 2_000_000, [352, 288, 25, 512_000]],
  ['CIF at 15', { CIF: 2, QCIF: 1 }, 384_000, [352, 288, 12, 384_000]],
  ['CIF at 7.5', { CIF: 4 }, 384_000, [352, 288, 6, 384_000]],
  ['CIF on a line of an ISDN channel', { CIF: 1, QCIF: 1 }, 64_000, [176, 144, 25, 64_000]],
  ['4CIF', { CIF4: 1, CIF: 1 }, 2_000_000, [704, 576, 25, 1_000_000]],
  ['sub-QCIF alone', { SQCIF: 1 }, 384_000, [128, 96, 25, 128_000]],
  ['16CIF alone, which is not made', { CIF16: 8 }, 384_000, [176, 144, 25, 192_000]],
];
for (const [name, intervals, rate, expected] of OLD_CASES) {
  test(`H.263: ${name}`, () => {
    const { codec, width, height, frameRate, bitRate } = chooseRendition('v', h263('H263', intervals, rate), 1080);
    assert.deepEqual([codec, width, height, frameRate, bitRate], ['H263', ...expected]);
  });
}

test('packets of H.263+ carry the encoding of H.263; another rate of pictures is another encoding', () => {
  const one = chooseRendition('v', h263('H263', { CIF: 1 }, 384_000), 1080);
  assert.equal(chooseRendition('v', h263('H263-1998', { CIF: 1 }, 384_000), 1080).id, one.id);
  assert.notEqual(chooseRendition('v', h263('H263', { CIF: 2 }, 384_000), 1080).id, one.id);
});
