import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { splitAnnexB } from './annex-b.ts';
import { NalUnitType, nalUnitType } from './h264-nal-unit.ts';
import { parseSequenceParameterSet, pictureParameterSetId } from './h264-parameter-sets.ts';

const clip = readIvf(readFileSync(join(import.meta.dirname, '../../vectors/h264.ivf')));
const units = splitAnnexB(clip[0] ?? Buffer.alloc(0));
const real = units.find((unit) => nalUnitType(unit) === NalUnitType.SEQUENCE_PARAMETER_SET) ?? Buffer.alloc(0);

/** Writes a sequence parameter set from bits: strings of 0 and 1, and numbers as ue(v). */
function write(profileIdc: number, levelIdc: number, ...fields: (string | number)[]): Buffer {
  let bits = '';
  for (const field of fields) {
    if (typeof field === 'string') bits += field;
    else {
      const code = (field + 1).toString(2);
      bits += '0'.repeat(code.length - 1) + code;
    }
  }
  bits += '1';
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  const octets = bits.match(/.{8}/g)?.map((octet) => Number.parseInt(octet, 2)) ?? [];
  return Buffer.from([0x67, profileIdc, 0, levelIdc, ...octets]);
}

describe('parseSequenceParameterSet', () => {
  it('reads that of an encoder, with cropping', () => {
    assert.deepEqual(parseSequenceParameterSet(real), {
      id: 0,
      profileIdc: 66,
      constraintFlags: 0xc0,
      levelIdc: 13,
      width: 320,
      height: 180,
      macroblocks: 20 * 12,
    });
  });

  it('reads Baseline 1280x720 without cropping and picture order count type 2', () => {
    const sps = parseSequenceParameterSet(write(66, 31, 0, 0, 2, 1, '0', 79, 44, '1', '1', '0', '0'));
    assert.equal(sps?.width, 1280);
    assert.equal(sps?.height, 720);
    assert.equal(sps?.macroblocks, 3600);
    assert.equal(sps?.levelIdc, 31);
  });

  it('reads picture order count type 1', () => {
    // delta_pic_order_always_zero_flag, two offsets, a cycle of two.
    const sps = parseSequenceParameterSet(
      write(77, 30, 3, 0, 1, '0', 1, 2, 2, 4, 5, 1, '0', 39, 29, '1', '1', '0', '0'),
    );
    assert.deepEqual([sps?.id, sps?.width, sps?.height], [3, 640, 480]);
  });

  it('reads High 1080p with scaling lists: fields and cropping in frames', () => {
    // Two lists: one that falls back at once (last scale 0: delta -8, se(v) 16), one of sixteen equal entries.
    const lists = ['1', '1', 16, '1', ...new Array<number>(16).fill(0), '0', '0', '0', '0', '0', '0'];
    const fields = [0, 1, 0, 0, '0', ...lists, 0, 0, 2, 4, '0', 119, 33, '0', '1', '1', '1', 0, 0, 0, 2, '0'];
    const sps = parseSequenceParameterSet(write(100, 40, ...fields));
    assert.deepEqual([sps?.width, sps?.height, sps?.macroblocks], [1920, 1080, 8160]);
  });

  it('crops by single samples without chroma subsampling', () => {
    const fields = [0, 3, '0', 0, 0, '0', '0', 0, 2, 1, '0', 9, 9, '1', '1', '1', 1, 2, 3, 4, '0'];
    const sps = parseSequenceParameterSet(write(244, 40, ...fields));
    assert.deepEqual([sps?.width, sps?.height], [157, 153]);
  });

  it('takes emulation prevention out', () => {
    // A great offset_for_non_ref_pic is a long run of zeros.
    const plain = write(77, 30, 3, 0, 1, '0', 2 ** 24, 2, 1, 4, 1, '0', 39, 29, '1', '1', '0', '0');
    const escaped: number[] = [];
    let zeros = 0;
    for (const octet of plain) {
      if (zeros === 2 && octet <= 3) {
        escaped.push(3);
        zeros = 0;
      }
      escaped.push(octet);
      zeros = octet === 0 ? zeros + 1 : 0;
    }
    assert.ok(escaped.length > plain.length);
    assert.equal(parseSequenceParameterSet(Buffer.from(escaped))?.width, 640);
  });

  it('refuses other types, cut ones and impossible ones', () => {
    assert.equal(parseSequenceParameterSet(Buffer.from('68ce3880', 'hex')), undefined);
    for (let length = 0; length < 9; length++)
      assert.equal(parseSequenceParameterSet(real.subarray(0, length)), undefined);
    const hugeSide = write(66, 31, 0, 0, 2, 1, '0', 5000, 44, '1', '1', '0', '0');
    assert.equal(parseSequenceParameterSet(hugeSide), undefined);
    const allCroppedAway = write(66, 31, 0, 0, 2, 1, '0', 1, 1, '1', '1', '1', 8, 8, 0, 0, '0');
    assert.equal(parseSequenceParameterSet(allCroppedAway), undefined);
    const impossibleId = write(66, 31, 32, 0, 2, 1, '0', 79, 44, '1', '1', '0', '0');
    assert.equal(parseSequenceParameterSet(impossibleId), undefined);
  });

  it('never throws, never gives a size that cannot be', () => {
    fc.assert(
      fc.property(fc.constantFrom(66, 77, 100, 244), fc.uint8Array({ maxLength: 60 }), (profileIdc, rest) => {
        const sps = parseSequenceParameterSet(Uint8Array.from([0x67, profileIdc, 0, 31, ...rest]));
        if (!sps) return;
        assert.ok(sps.width > 0 && sps.width <= 16880 && sps.height > 0 && sps.height <= 16880);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('pictureParameterSetId', () => {
  it('reads the id', () => {
    const pps = units.find((unit) => nalUnitType(unit) === NalUnitType.PICTURE_PARAMETER_SET);
    assert.equal(pictureParameterSetId(pps ?? Buffer.alloc(0)), 0);
    assert.equal(pictureParameterSetId(Buffer.from('6848', 'hex')), 1);
  });

  it('refuses other types and cut ones', () => {
    assert.equal(pictureParameterSetId(real), undefined);
    assert.equal(pictureParameterSetId(Buffer.from('68', 'hex')), undefined);
    assert.equal(pictureParameterSetId(Buffer.from('68000000', 'hex')), undefined);
  });
});
