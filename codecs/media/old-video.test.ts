import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptAnswer } from './accept-answer.ts';
import { createOffer } from './create-offer.ts';
import type { H261Codec, H263Codec, PictureIntervals } from './description.ts';
import { answered, h264, LOCAL, line, PCMU, SESSION, TRANSPORT } from './example-lines.ts';
import { NO_FEEDBACK } from './feedback.ts';
import { fits, maximumBitRate, maximumFrameRate, maximumFrameSize, pictureSizes } from './video-format.ts';

function h263(name: H263Codec['name'], payloadType: number, intervals: PictureIntervals, maxBr?: number): H263Codec {
  return {
    name,
    payloadType,
    clockRate: 90000,
    feedback: NO_FEEDBACK,
    h263: { intervals, ...(maxBr !== undefined && { maxBr }) },
  };
}

const H261: H261Codec = {
  name: 'H261',
  payloadType: 31,
  clockRate: 90000,
  feedback: NO_FEEDBACK,
  h261: { intervals: { QCIF: 1, CIF: 2 } },
};

describe('rooms that know nothing newer', () => {
  it('are answered with H.263+ before H.263 before H.261, whatever their order', () => {
    const plus = h263('H263-1998', 99, { CIF: 1 });
    const plain = h263('H263', 34, { CIF: 1 });
    for (const [codecs, chosen] of [
      [[H261, plain, plus], 'H263-1998'],
      [[H261, plain], 'H263'],
      [[H261], 'H261'],
    ] as const) {
      const { answer, main } = answered({ streams: [line('audio', [PCMU]), line('main', codecs)] });
      assert.equal(main?.send.name, chosen);
      assert.deepEqual(
        answer.streams[1]?.codecs.map(({ name }) => name),
        [chosen],
      );
    }
  });

  it('are told our sizes and sent theirs', () => {
    const { answer, main } = answered({ streams: [line('main', [h263('H263', 34, { QCIF: 2 }, 1280)])] });
    const [ours] = answer.streams[0]?.codecs ?? [];
    assert.deepEqual(ours?.name === 'H263' && ours.h263, { intervals: { CIF: 1, QCIF: 1 } });
    assert.deepEqual(main?.send.name === 'H263' && main.send.h263.intervals, { QCIF: 2 });
    assert.equal(main?.sendBitRate, 128_000);
  });

  it('are passed over for H.264 where they have it', () => {
    const { main } = answered({ streams: [line('main', [H261, h263('H263', 34, { CIF: 1 }), h264(98)])] });
    assert.equal(main?.send.name, 'H264');
    assert.deepEqual([...new Set(main?.receive.map(({ name }) => name))], ['H264']);
  });

  it('may answer our offer with what stands last in it', () => {
    const offer = createOffer(LOCAL, TRANSPORT, SESSION);
    const theirs = { streams: [line('audio', [PCMU]), line('main', [h263('H263', 34, { CIF: 1 })])] };
    const result = acceptAnswer(offer, theirs, LOCAL);
    assert.ok('media' in result);
    const main = result.media.streams.find(({ kind }) => kind === 'main');
    assert.equal(main?.send.name, 'H263');
    assert.deepEqual(
      main?.receive.map(({ name, payloadType }) => [name, payloadType]),
      [['H263', 34]],
    );
  });
});

describe('sizes of H.261 and H.263', () => {
  const codec = h263('H263', 34, { QCIF: 1, CIF: 2, CIF16: 32 }, 3840);
  const cif = { width: 352, height: 288 };

  it('are those that are named, at their rates', () => {
    assert.deepEqual(
      pictureSizes(codec)?.map(({ size, width, frameRate }) => [size, width, Math.round(frameRate * 100)]),
      [
        ['CIF16', 1408, 94],
        ['CIF', 352, 1499],
        ['QCIF', 176, 2997],
      ],
    );
    assert.equal(pictureSizes(h264(97)), undefined);
    assert.ok(fits(codec, { ...cif, frameRate: 12.5 }));
    assert.ok(!fits(codec, { ...cif, frameRate: 25 }));
    assert.ok(fits(codec, { width: 176, height: 144, frameRate: 25 }));
    assert.ok(!fits(codec, { width: 320, height: 180, frameRate: 5 }));
  });

  it('bound a stream', () => {
    assert.equal(maximumFrameSize(codec), 88 * 72);
    assert.equal(Math.round(maximumFrameRate(codec)), 30);
    assert.equal(maximumBitRate(codec), 384_000);
    assert.equal(maximumBitRate(H261), Number.POSITIVE_INFINITY);
  });
});
