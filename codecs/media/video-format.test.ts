import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { H264Codec, H264Limits, Vp8Codec } from './description.ts';
import { NO_FEEDBACK } from './feedback.ts';
import { fits, maximumBitRate } from './video-format.ts';

function h264(limits: Partial<H264Limits>): H264Codec {
  const base = {
    profile: 'constrained-baseline',
    level: 31,
    packetizationMode: 1,
    levelAsymmetryAllowed: true,
  } as const;
  return { name: 'H264', payloadType: 97, clockRate: 90000, feedback: NO_FEEDBACK, h264: { ...base, ...limits } };
}

function vp8(limits: Vp8Codec['vp8']): Vp8Codec {
  return { name: 'VP8', payloadType: 98, clockRate: 90000, feedback: NO_FEEDBACK, vp8: limits };
}

test('level 3.1 takes 720p30 and no more', () => {
  assert.ok(fits(h264({}), { width: 1280, height: 720, frameRate: 30 }));
  assert.ok(!fits(h264({}), { width: 1280, height: 720, frameRate: 31 }));
  assert.ok(!fits(h264({}), { width: 1920, height: 1080, frameRate: 5 }));
});

test('a Polycom HDX at level 2.2 takes 1080p30 by max-fs and max-mbps', () => {
  const codec = h264({ level: 22, maxFs: 8160, maxMbps: 244800 });
  assert.ok(fits(codec, { width: 1920, height: 1080, frameRate: 30 }));
  assert.ok(!fits(codec, { width: 1920, height: 1080, frameRate: 31 }));
});

test('a Polycom Group 500 with max-fs 3840 takes 720p60 and not 1080p', () => {
  const codec = h264({ level: 31, maxFs: 3840, maxMbps: 216000 });
  assert.ok(fits(codec, { width: 1280, height: 720, frameRate: 60 }));
  assert.ok(!fits(codec, { width: 1920, height: 1080, frameRate: 10 }));
});

test('a max-fs below the level is obeyed', () => {
  assert.ok(!fits(h264({ level: 40, maxFs: 1620 }), { width: 1280, height: 720, frameRate: 10 }));
});

test('no side is longer than sqrt(8 * MaxFS) macroblocks', () => {
  // Level 3.1: 169.7 macroblocks, 2715 samples.
  assert.ok(fits(h264({}), { width: 169 * 16, height: 16, frameRate: 1 }));
  assert.ok(!fits(h264({}), { width: 170 * 16, height: 16, frameRate: 1 }));
  assert.ok(!fits(h264({}), { width: 16, height: 170 * 16, frameRate: 1 }));
});

test('part of a macroblock counts as one', () => {
  assert.ok(fits(h264({ maxFs: 8160, maxMbps: 1e6 }), { width: 1920, height: 1080, frameRate: 25 }));
  assert.ok(!fits(h264({ maxFs: 8159, maxMbps: 1e6 }), { width: 1920, height: 1080, frameRate: 25 }));
});

test('max-fps is a limit of its own', () => {
  assert.ok(!fits(h264({ maxFps: 15 }), { width: 640, height: 360, frameRate: 25 }));
});

test('VP8 is limited by max-fs and max-fr only', () => {
  assert.ok(fits(vp8({}), { width: 3840, height: 2160, frameRate: 60 }));
  assert.ok(!fits(vp8({ maxFs: 3600 }), { width: 1920, height: 1080, frameRate: 25 }));
  assert.ok(!fits(vp8({ maxFr: 15 }), { width: 640, height: 360, frameRate: 25 }));
});

test('what is no picture never fits', () => {
  for (const format of [
    { width: 0, height: 720, frameRate: 25 },
    { width: 1280, height: Number.NaN, frameRate: 25 },
    { width: 1280, height: 720, frameRate: -1 },
  ]) {
    assert.ok(!fits(h264({}), format));
  }
});

test('the bit rate is max-br or the level, a quarter more in High', () => {
  assert.equal(maximumBitRate(h264({})), 14_000_000);
  assert.equal(maximumBitRate(h264({ level: 13 })), 768_000);
  assert.equal(maximumBitRate(h264({ level: 22, maxBr: 5120 })), 5_120_000);
  assert.equal(maximumBitRate(h264({ profile: 'high', level: 13 })), 960_000);
  assert.equal(maximumBitRate(vp8({})), Number.POSITIVE_INFINITY);
});
