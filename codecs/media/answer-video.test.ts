import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Codec } from './description.ts';
import { answered, h264, h264Of, line } from './example-lines.ts';
import { NO_FEEDBACK } from './feedback.ts';

describe('H.264', () => {
  test('mode 1 is preferred to mode 0 whatever their order, each answered in its own mode', () => {
    const { answer, main } = answered({ streams: [line('main', [h264(96, { packetizationMode: 0 }), h264(97)])] });
    assert.equal(main?.send.payloadType, 97);
    assert.deepEqual(
      answer.streams[0]?.codecs.map((codec) => [codec.payloadType, h264Of(codec).packetizationMode]),
      [
        [97, 1],
        [96, 0],
      ],
    );
  });

  test('what the peer only sends is received beside what it takes', () => {
    const { main } = answered({
      streams: [line('main', [h264(96, { packetizationMode: 0 }), { ...h264(97), incomingOnly: true }])],
    });
    assert.equal(main?.send.payloadType, 96);
    assert.deepEqual(
      main?.receive.map(({ payloadType }) => payloadType),
      [96, 97],
    );
  });

  test('mode 0 alone is answered in mode 0', () => {
    const { answer, main } = answered({ streams: [line('main', [h264(96, { packetizationMode: 0 })])] });
    assert.equal(h264Of(main?.send).packetizationMode, 0);
    assert.equal(h264Of(answer.streams[0]?.codecs[0]).packetizationMode, 0);
  });

  test('the payload type with the larger picture wins over our order of profiles', () => {
    const small = h264(97, { maxFs: 3600, maxMbps: 108000 });
    const large = h264(99, { profile: 'high', level: 50, maxFs: 8160, maxMbps: 244800 });
    assert.equal(answered({ streams: [line('main', [small, large])] }).main?.send.payloadType, 99);
  });

  test('between pictures of one size Constrained Baseline is preferred to High', () => {
    const offer = {
      streams: [
        line('main', [h264(111, { profile: 'high' }), h264(110, { profile: 'baseline', profileSpelling: 0x4280 })]),
      ],
    };
    assert.equal(answered(offer).main?.send.payloadType, 110);
  });

  test('the profile is answered as the peer spelled it', () => {
    const { answer } = answered({
      streams: [line('main', [h264(97, { profile: 'baseline', profileSpelling: 0x4200 })])],
    });
    assert.equal(h264Of(answer.streams[0]?.codecs[0]).profileSpelling, 0x4200);
  });

  for (const [why, offered, level, sendLevel] of [
    ['an equal level stays', { level: 31 }, 31, 31],
    ['the answer may not be above the offer', { level: 22, maxFs: 8160 }, 22, 22],
    ['the answer is our level where the offer is above it and names max-fs', { level: 42, maxFs: 8192 }, 31, 31],
    ['a peer that knows levels only gets what our max-fs covers', { level: 42 }, 41, 41],
    ['and not more than it offers', { level: 40 }, 40, 40],
    ['asymmetry: ours stays above theirs', { level: 13, levelAsymmetryAllowed: true }, 31, 13],
    ['asymmetry: theirs stays above ours', { level: 51, maxFs: 8192, levelAsymmetryAllowed: true }, 31, 51],
  ] as const) {
    test(`level: ${why}`, () => {
      const { answer, main } = answered({ streams: [line('main', [h264(97, offered)])] });
      assert.equal(h264Of(answer.streams[0]?.codecs[0]).level, level);
      assert.equal(h264Of(main?.send).level, sendLevel);
    });
  }

  test("the answer always names our max-fs and max-mbps, the sender keeps the peer's", () => {
    const { answer, main } = answered({
      streams: [line('main', [h264(97, { maxFs: 3840, maxMbps: 216000, maxFps: 60 })])],
    });
    const ours = h264Of(answer.streams[0]?.codecs[0]);
    assert.deepEqual([ours.maxFs, ours.maxMbps, ours.maxFps], [8192, 245760, undefined]);
    const theirs = h264Of(main?.send);
    assert.deepEqual([theirs.maxFs, theirs.maxMbps, theirs.maxFps], [3840, 216000, 60]);
  });

  test('max-br is written where the answered level allows less than we take', () => {
    assert.equal(
      h264Of(answered({ streams: [line('main', [h264(97, { level: 13 })])] }).answer.streams[0]?.codecs[0]).maxBr,
      2000,
    );
    assert.equal(
      h264Of(answered({ streams: [line('main', [h264(97)])] }).answer.streams[0]?.codecs[0]).maxBr,
      undefined,
    );
  });

  test('parameter sets of the peer go to the receiver and not into our answer', () => {
    const { answer, main } = answered({ streams: [line('main', [{ ...h264(97), parameterSets: ['Z0LgHw=='] }])] });
    const [received] = main?.receive ?? [];
    assert.deepEqual(received?.name === 'H264' && received.parameterSets, ['Z0LgHw==']);
    assert.ok(!('parameterSets' in (answer.streams[0]?.codecs[0] ?? {})));
    assert.ok(!('parameterSets' in (main?.send ?? {})));
  });

  test('VP8 is taken where there is no H.264 and left out of the answer where there is', () => {
    const vp8: Codec = { name: 'VP8', payloadType: 100, clockRate: 90000, vp8: { maxFs: 3600 }, feedback: NO_FEEDBACK };
    assert.equal(answered({ streams: [line('main', [vp8])] }).main?.send.name, 'VP8');
    assert.deepEqual(answered({ streams: [line('main', [vp8, h264(97)])] }).answer.streams[0]?.formats, ['97']);
  });

  test('High in mode 0 is taken: what the decoder takes does not depend on the mode', () => {
    const { main } = answered({ streams: [line('main', [h264(97, { profile: 'high', packetizationMode: 0 })])] });
    assert.equal(main?.send.payloadType, 97);
  });
});
