import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { H263Depacketiser } from './h263-depacketiser.ts';
import { findH263Macroblocks } from './h263-macroblocks.ts';
import { H263Packetiser } from './h263-packetiser.ts';
import { H263_START_CODE_ZEROS, parseH263PictureHeader } from './h263-picture-header.ts';
import { H263PlusDepacketiser } from './h263plus-depacketiser.ts';
import { startCodePositions } from './start-codes.ts';
import type { VideoDepacketiser } from './video-payload.ts';

function clip(name: string): Buffer[] {
  return readIvf(readFileSync(join(import.meta.dirname, '../../vectors', name)));
}

const CLIP = clip('h263.ivf');
const [KEY = Buffer.alloc(0), INTER = Buffer.alloc(0)] = CLIP;

function macroblocksOf(picture: Buffer) {
  return findH263Macroblocks(picture, startCodePositions(picture, H263_START_CODE_ZEROS));
}

describe('parseH263PictureHeader', () => {
  it('reads what an encoder wrote', () => {
    const modes = { unrestrictedVectors: false, arithmeticCoding: false, advancedPrediction: false, pbFrames: false };
    const { quantiser, ...header } = parseH263PictureHeader(KEY) ?? {};
    assert.deepEqual(header, { temporalReference: 0, sourceFormat: 2, isIntra: true, modes, length: 50 });
    assert.ok(quantiser !== undefined && quantiser >= 2);
    assert.equal(parseH263PictureHeader(INTER)?.isIntra, false);
  });

  it('reads the kind of pictures with an extended header', () => {
    const kinds = clip('h263plus.ivf').map((picture) => parseH263PictureHeader(picture));
    assert.ok(kinds.every((header) => header?.sourceFormat === 7));
    assert.deepEqual(
      kinds.flatMap((header, index) => (header?.isIntra ? [index] : [])),
      [0, 25],
    );
  });

  it('gives nothing for what is cut, is H.261 or has no size', () => {
    assert.equal(parseH263PictureHeader(KEY.subarray(0, 5)), undefined);
    assert.equal(parseH263PictureHeader(clip('h261.ivf')[0] ?? KEY), undefined);
    assert.equal(parseH263PictureHeader(Buffer.from('0000800200000000', 'hex')), undefined);
  });
});

describe('findH263Macroblocks', () => {
  it('finds every macroblock of an encoder, with group headers and without', () => {
    for (const [index, picture] of CLIP.entries()) {
      const macroblocks = macroblocksOf(picture);
      assert.equal(macroblocks?.length, 99, `picture ${index}`);
      assert.ok(startCodePositions(picture, H263_START_CODE_ZEROS).length > 1);
      for (const [number, { group, address }] of macroblocks.entries()) {
        assert.deepEqual([group, address], [Math.floor(number / 11), number % 11]);
      }
    }
  });

  it('leaves alone what has optional modes, or is cut', () => {
    assert.equal(macroblocksOf(clip('h263plus.ivf')[0] ?? KEY), undefined);
    assert.equal(macroblocksOf(KEY.subarray(0, KEY.length - 20)), undefined);
  });
});

describe('H263Packetiser', () => {
  it('cuts before groups in mode A, and within long ones before macroblocks in mode B', () => {
    const modes = new Set<string>();
    for (const picture of CLIP.slice(0, 30)) {
      const macroblocks = new Map(macroblocksOf(picture)?.map((macroblock) => [macroblock.position, macroblock]));
      let octets = 0;
      let ebitBefore = 0;
      for (const { payload } of new H263Packetiser({ maximumPayload: 180 }).packetise(picture)) {
        const [first = 0, second = 0] = payload;
        const isModeB = first >= 0x80;
        modes.add(isModeB ? 'B' : 'A');
        const [sbit, ebit] = [(first >> 3) & 7, first & 7];
        assert.equal((sbit + ebitBefore) % 8, 0);
        assert.equal(second >> 5, 2, 'QCIF');
        const position = octets * 8 - ebitBefore;
        if (isModeB) {
          const header = Buffer.from(payload).readBigUInt64BE(0);
          const field = (from: number, width: number) =>
            Number((header >> BigInt(64 - from - width)) & ((1n << BigInt(width)) - 1n));
          const macroblock = macroblocks.get(position);
          assert.ok(macroblock, `a macroblock begins at bit ${position}`);
          const { quantiser, group, address, predictor } = macroblock;
          assert.deepEqual([field(11, 5), field(16, 5), field(21, 9)], [quantiser, group, address]);
          assert.deepEqual([field(36, 7), field(43, 7)], [predictor[0] & 0x7f, predictor[1] & 0x7f]);
          assert.equal(field(32, 4), parseH263PictureHeader(picture)?.isIntra ? 0 : 8);
        } else {
          assert.ok(startCodePositions(picture, H263_START_CODE_ZEROS).includes(position));
        }
        octets += payload.length - (isModeB ? 8 : 4) - (sbit > 0 ? 1 : 0);
        ebitBefore = ebit;
      }
      assert.equal(octets, picture.length);
    }
    assert.deepEqual([...modes].sort(), ['A', 'B']);
  });
});

/** [data, K for key frame, C for corrupt] of each frame. */
function frames(depacketiser: VideoDepacketiser, sent: readonly [payload: string, marker?: boolean, lost?: number][]) {
  return sent.flatMap(([payload, marker = false, lost = 0]) =>
    depacketiser
      .push(
        { payloadType: 34, marker, sequenceNumber: 0, timestamp: 0, ssrc: 1, payload: Buffer.from(payload, 'hex') },
        lost,
      )
      .map(({ data, isKeyFrame, isCorrupt }) => [
        data.toString('hex'),
        (isKeyFrame ? 'K' : '') + (isCorrupt ? 'C' : ''),
      ]),
  );
}

const INTRA_QCIF = '0000800208145511';

describe('H263Depacketiser', () => {
  it('takes modes A, B and C, and joins what shares an octet', () => {
    const modeA = `04004000${INTRA_QCIF}f3`; // the last four bits belong to the next packet
    const modeB = `a0404000000000005c`; // the first four belong to the one before
    const modeC = `c04040000000000000000000aa`;
    assert.deepEqual(frames(new H263Depacketiser(), [[modeA], [modeB], [modeC, true]]), [[`${INTRA_QCIF}fcaa`, 'K']]);
  });

  it('goes on behind a hole at the next group', () => {
    const sent: [string, boolean?, number?][] = [
      [`00004000${INTRA_QCIF}`],
      ['8040400000000000ffff', false, 1],
      ['000040000000840001'],
      ['8040400000000000eeee', true],
    ];
    assert.deepEqual(frames(new H263Depacketiser(), sent), [[`${INTRA_QCIF}0000840001eeee`, 'KC']]);
  });

  it('takes no bits for a start code that are not part of the payload', () => {
    // 17 bits of a start code, and zeros behind them that belong to nobody; what follows makes it another one.
    const sent: [string, boolean?][] = [['07004000000080'], ['8040400000000000ff', true]];
    assert.deepEqual(frames(new H263Depacketiser(), sent), []);
  });

  it('marks a picture with a payload whose header is cut or leaves nothing', () => {
    for (const broken of ['8040', '07004000', '3c00400001', 'c0404000000000000000']) {
      const sent: [string, boolean?][] = [[`00004000${INTRA_QCIF}`], [broken], ['8040400000000000ffff', true]];
      assert.deepEqual(frames(new H263Depacketiser(), sent), [[INTRA_QCIF, 'KC']], broken);
    }
  });
});

describe('H263PlusDepacketiser', () => {
  const picture = INTRA_QCIF.slice(4);

  it('puts the zeros back that P leaves out', () => {
    assert.deepEqual(frames(new H263PlusDepacketiser(), [[`0400${picture}`], ['0400840001'], ['0000eeee', true]]), [
      [`${INTRA_QCIF}0000840001eeee`, 'K'],
    ]);
  });

  it('takes a picture whose zeros are there', () => {
    assert.deepEqual(frames(new H263PlusDepacketiser(), [[`0000${INTRA_QCIF}`, true]]), [[INTRA_QCIF, 'K']]);
  });

  it('passes over video redundancy coding and a picture header that is sent again', () => {
    const sent: [string, boolean?][] = [[`0600e0${picture}`], ['04238002081484a1'], ['0218e0800208eeee', true]];
    assert.deepEqual(frames(new H263PlusDepacketiser(), sent), [[`${INTRA_QCIF}000084a1eeee`, 'K']]);
  });

  it('marks a picture with a payload that its header takes up', () => {
    for (const broken of ['04', '0400', '04f88002', '0600e0']) {
      assert.deepEqual(frames(new H263PlusDepacketiser(), [[`0400${picture}`], [broken], ['0000ee', true]]), [
        [INTRA_QCIF, 'KC'],
      ]);
    }
  });
});
