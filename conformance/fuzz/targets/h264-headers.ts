import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { joinAnnexB, splitAnnexB } from '#codecs/rtp/payload/annex-b.ts';
import { removeEmulationPrevention } from '#codecs/rtp/payload/bit-reader.ts';
import { beginsPicture, isIntraSlice, nalUnitType } from '#codecs/rtp/payload/h264-nal-unit.ts';
import { H264ParameterSetCache } from '#codecs/rtp/payload/h264-parameter-set-cache.ts';
import { parseSequenceParameterSet, pictureParameterSetId } from '#codecs/rtp/payload/h264-parameter-sets.ts';
import { readIvf } from '#codecs/vectors/ivf.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const VECTORS = new URL('../../../codecs/vectors/', import.meta.url);
/** Luma samples on a side of the largest picture of any level, 1055 macroblocks. */
const LONGEST_SIDE = 1055 * 16;

/** Sizes and ids of parameter sets are bounded, and so is their cache; a stream that is split and joined is the same. */
export const target: FuzzTarget = {
  title: 'H.264 byte streams: NAL units, parameter sets, slice headers',
  maximumLength: 8192,
  seeds: () => [
    ...['h264.ivf', 'h264-slices.ivf'].flatMap((name) =>
      readIvf(readFileSync(new URL(name, VECTORS)))
        .slice(0, 3)
        .map((frame) => frame.subarray(0, 400)),
    ),
    // High profile with a scaling matrix; interlaced and cropped; picture order count type 1; High 4:4:4.
    Buffer.from('00000001676400 1facd94050 05bb011000000300100000030320f1831960'.replaceAll(' ', ''), 'hex'),
    Buffer.from('0000000167640028ad00ac2c3a01e0089fe600000001684ee3cb', 'hex'),
    Buffer.from('00000167f4001e9165405a1ed0', 'hex'),
  ],
  dictionary: [
    ...[
      '000001',
      '00000001',
      '000003',
      '67420014',
      '6764001f',
      '67f4001e',
      '674d401f',
      '68ce3880',
      '658884',
      '41e0',
      '0600',
    ],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    const cache = new H264ParameterSetCache();
    const units = splitAnnexB(input);
    assert.ok(units.length <= input.length / 3);
    for (const unit of units) {
      const sps = parseSequenceParameterSet(unit);
      if (sps !== undefined) {
        assert.ok(sps.id <= 31 && sps.width > 0 && sps.height > 0);
        assert.ok(sps.width <= LONGEST_SIDE && sps.height <= LONGEST_SIDE);
        assert.ok(sps.macroblocks * 256 >= sps.width * sps.height);
      }
      assert.ok((pictureParameterSetId(unit) ?? 0) <= 255);
      isIntraSlice(unit.subarray(1));
      beginsPicture(nalUnitType(unit), unit[1]);
      cache.add(unit);
      const payload = removeEmulationPrevention(unit);
      assert.ok(payload.length <= unit.length && 3 * payload.length >= 2 * unit.length);
    }
    assert.ok(cache.sequenceParameterSets.length <= 32 && cache.pictureParameterSets.length <= 256);
    const again = splitAnnexB(joinAnnexB(units));
    assert.equal(again.length, units.length);
    assert.ok(again.every((unit, index) => units[index]?.equals(unit)));
  },
};
