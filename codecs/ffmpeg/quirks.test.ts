import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitAnnexB } from '../rtp/payload/annex-b.ts';
import { BitReader, removeEmulationPrevention } from '../rtp/payload/bit-reader.ts';
import { NalUnitType, nalUnitType } from '../rtp/payload/h264-nal-unit.ts';
import { Picture } from './picture.ts';
import { VideoEncoder } from './video-encoder.ts';

/** What a sequence parameter set of x264's Baseline says of references and motion vectors (H.264 §7.3.2.1.1, §E.1.1). */
function limitsIn(unit: Uint8Array): { references: number; vectors: number } {
  const reader = new BitReader(removeEmulationPrevention(unit.subarray(1)));
  const skip = (...widths: readonly number[]) => {
    for (const width of widths) reader.bits(width);
  };
  skip(8, 8, 8);
  reader.unsignedExpGolomb();
  reader.unsignedExpGolomb();
  assert.equal(reader.unsignedExpGolomb(), 2, 'pic_order_cnt_type: none is out of order');
  const references = reader.unsignedExpGolomb();
  skip(1);
  reader.unsignedExpGolomb();
  reader.unsignedExpGolomb();
  skip(1, 1);
  if (reader.flag()) for (let side = 0; side < 4; side++) reader.unsignedExpGolomb();
  assert.ok(reader.flag(), 'vui_parameters_present_flag');
  if (reader.flag() && reader.bits(8) === 255) skip(16, 16);
  if (reader.flag()) skip(1);
  if (reader.flag()) {
    skip(3, 1);
    if (reader.flag()) skip(8, 8, 8);
  }
  if (reader.flag()) {
    reader.unsignedExpGolomb();
    reader.unsignedExpGolomb();
  }
  if (reader.flag()) skip(16, 16, 16, 16, 1);
  assert.ok(!reader.flag() && !reader.flag(), 'no buffer model');
  skip(1);
  assert.ok(reader.flag(), 'bitstream_restriction_flag');
  skip(1);
  reader.unsignedExpGolomb();
  reader.unsignedExpGolomb();
  const vectors = Math.max(reader.unsignedExpGolomb(), reader.unsignedExpGolomb());
  assert.ok(!reader.overrun);
  return { references, vectors };
}

test('rtp-x264-polycom-hdx4000-one-ref: one reference, vectors of 128 samples at the most (myforce/opal x264wrap.cxx)', async () => {
  const canvas = Picture.allocate(1280, 720);
  canvas.fill({ y: 90, u: 128, v: 128 });
  const encoder = await VideoEncoder.open({
    codec: 'H264',
    width: 1280,
    height: 720,
    frameRate: 25,
    bitRate: 1_000_000,
  });
  const encoded = await encoder.encode(canvas, true);
  const set = splitAnnexB(encoded?.data ?? Buffer.alloc(0)).find(
    (unit) => nalUnitType(unit) === NalUnitType.SEQUENCE_PARAMETER_SET,
  );
  // 2^9 quarters of a sample.
  assert.deepEqual(limitsIn(set ?? Buffer.alloc(0)), { references: 1, vectors: 9 });
  await encoder.close();
  canvas.free();
});
