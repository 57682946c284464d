import { BitReader, removeEmulationPrevention } from './bit-reader.ts';
import { NalUnitType, nalUnitType } from './h264-nal-unit.ts';

/** What a sequence parameter set says of the pictures that use it (H.264 §7.3.2.1.1). */
export interface SequenceParameterSet {
  /** seq_parameter_set_id, 0 to 31. */
  readonly id: number;
  /** profile_idc: 66 Baseline, 77 Main, 100 High … */
  readonly profileIdc: number;
  /** The octet of constraint_set0_flag (0x80) to constraint_set5_flag (0x04). */
  readonly constraintFlags: number;
  /** level_idc: ten times the level; level 1b of Baseline and Main is 11 with constraint_set3_flag. */
  readonly levelIdc: number;
  /** Luma samples of the picture that is shown, after cropping. */
  readonly width: number;
  readonly height: number;
  /** The frame size in macroblocks, before cropping: what max-fs counts. */
  readonly macroblocks: number;
}

/** Profiles whose sequence parameter set says the chroma format (H.264 §7.3.2.1.1). */
const PROFILES_WITH_CHROMA_FORMAT = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
/** Level 6.2 takes 139264 macroblocks a frame and none longer than sqrt(8 × that) a side (H.264 table A-1, §A.3.1). */
const MAXIMUM_MACROBLOCKS_A_SIDE = 1055;

/**
 * Reads a sequence parameter set, NAL unit header included.
 * Returns undefined when it is of another type, cut, or says what H.264 does not allow.
 */
export function parseSequenceParameterSet(unit: Uint8Array): SequenceParameterSet | undefined {
  if (nalUnitType(unit) !== NalUnitType.SEQUENCE_PARAMETER_SET) return undefined;
  // A sequence parameter set of more is not seen in practice; a stranger's time is not ours.
  const reader = new BitReader(removeEmulationPrevention(unit.subarray(1, 4096)));
  const profileIdc = reader.bits(8);
  const constraintFlags = reader.bits(8);
  const levelIdc = reader.bits(8);
  const id = reader.unsignedExpGolomb();

  let chromaFormatIdc = 1;
  let separateColourPlanes = false;
  if (PROFILES_WITH_CHROMA_FORMAT.has(profileIdc)) {
    chromaFormatIdc = reader.unsignedExpGolomb();
    if (chromaFormatIdc === 3) separateColourPlanes = reader.flag();
    reader.unsignedExpGolomb(); // bit_depth_luma_minus8
    reader.unsignedExpGolomb(); // bit_depth_chroma_minus8
    reader.bit(); // qpprime_y_zero_transform_bypass_flag
    if (reader.flag()) skipScalingMatrix(reader, chromaFormatIdc === 3 ? 12 : 8);
  }
  reader.unsignedExpGolomb(); // log2_max_frame_num_minus4
  skipPictureOrderCount(reader);
  reader.unsignedExpGolomb(); // max_num_ref_frames
  reader.bit(); // gaps_in_frame_num_value_allowed_flag
  const widthInMacroblocks = reader.unsignedExpGolomb() + 1;
  const heightInMapUnits = reader.unsignedExpGolomb() + 1;
  const framesOnly = reader.flag();
  if (!framesOnly) reader.bit(); // mb_adaptive_frame_field_flag
  reader.bit(); // direct_8x8_inference_flag
  const crop = { left: 0, right: 0, top: 0, bottom: 0 };
  if (reader.flag()) {
    crop.left = reader.unsignedExpGolomb();
    crop.right = reader.unsignedExpGolomb();
    crop.top = reader.unsignedExpGolomb();
    crop.bottom = reader.unsignedExpGolomb();
  }
  if (reader.overrun || id > 31 || chromaFormatIdc > 3) return undefined;

  const fieldFactor = framesOnly ? 1 : 2;
  const heightInMacroblocks = heightInMapUnits * fieldFactor;
  if (widthInMacroblocks > MAXIMUM_MACROBLOCKS_A_SIDE || heightInMacroblocks > MAXIMUM_MACROBLOCKS_A_SIDE)
    return undefined;

  // CropUnitX and CropUnitY, H.264 equations 7-19 to 7-22.
  const chromaArrayType = separateColourPlanes ? 0 : chromaFormatIdc;
  const cropUnitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
  const cropUnitY = (chromaArrayType === 1 ? 2 : 1) * fieldFactor;
  const width = widthInMacroblocks * 16 - cropUnitX * (crop.left + crop.right);
  const height = heightInMacroblocks * 16 - cropUnitY * (crop.top + crop.bottom);
  if (width <= 0 || height <= 0) return undefined;
  return {
    id,
    profileIdc,
    constraintFlags,
    levelIdc,
    width,
    height,
    macroblocks: widthInMacroblocks * heightInMacroblocks,
  };
}

/** pic_parameter_set_id of a picture parameter set (H.264 §7.3.2.2), 0 to 255; undefined when it is none or cut. */
export function pictureParameterSetId(unit: Uint8Array): number | undefined {
  if (nalUnitType(unit) !== NalUnitType.PICTURE_PARAMETER_SET) return undefined;
  const reader = new BitReader(removeEmulationPrevention(unit.subarray(1, 16)));
  const id = reader.unsignedExpGolomb();
  return reader.overrun || id > 255 ? undefined : id;
}

/** scaling_list(), H.264 §7.3.2.1.1.1. */
function skipScalingMatrix(reader: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (!reader.flag()) continue;
    const size = list < 6 ? 16 : 64;
    let last = 8;
    for (let i = 0; i < size && !reader.overrun; i++) {
      last = (last + reader.signedExpGolomb() + 256) % 256;
      if (last === 0) break;
    }
  }
}

function skipPictureOrderCount(reader: BitReader): void {
  const type = reader.unsignedExpGolomb();
  if (type === 0) {
    reader.unsignedExpGolomb(); // log2_max_pic_order_cnt_lsb_minus4
  } else if (type === 1) {
    reader.bit(); // delta_pic_order_always_zero_flag
    reader.signedExpGolomb(); // offset_for_non_ref_pic
    reader.signedExpGolomb(); // offset_for_top_to_bottom_field
    const cycle = reader.unsignedExpGolomb();
    for (let i = 0; i < cycle && !reader.overrun; i++) reader.signedExpGolomb();
  }
}
