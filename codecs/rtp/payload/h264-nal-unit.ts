import { BitReader, removeEmulationPrevention } from './bit-reader.ts';

/** nal_unit_type: H.264 table 7-1, and the packet types that RFC 6184 table 1 adds. */
export const NalUnitType = {
  NON_IDR_SLICE: 1,
  SLICE_DATA_PARTITION_A: 2,
  SLICE_DATA_PARTITION_C: 4,
  IDR_SLICE: 5,
  SEI: 6,
  SEQUENCE_PARAMETER_SET: 7,
  PICTURE_PARAMETER_SET: 8,
  ACCESS_UNIT_DELIMITER: 9,
  FILLER_DATA: 12,
  STAP_A: 24,
  STAP_B: 25,
  MTAP16: 26,
  MTAP24: 27,
  FU_A: 28,
  FU_B: 29,
} as const;

/** nal_unit_type of a NAL unit, 0 to 31; 0 (unspecified) when it is empty. */
export function nalUnitType(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 0x1f;
}

/** Whether units of this type carry picture data (VCL NAL units): a slice or a partition of one. */
export function isSlice(type: number): boolean {
  return type >= NalUnitType.NON_IDR_SLICE && type <= NalUnitType.IDR_SLICE;
}

/**
 * Whether a slice is the first of its picture: first_mb_in_slice is 0 (H.264 §7.3.3), which ue(v) spells as a one bit.
 * Partitions B and C do not say.
 * @param firstOctet the octet after the NAL unit header.
 */
export function beginsPicture(type: number, firstOctet: number | undefined): boolean {
  return (type === 1 || type === 2 || type === 5) && firstOctet !== undefined && (firstOctet & 0x80) !== 0;
}

/**
 * Whether a slice is of type I or SI (H.264 table 7-6): it refers to no other picture.
 * @param body what follows the NAL unit header; its first octets suffice.
 */
export function isIntraSlice(body: Uint8Array): boolean {
  // first_mb_in_slice and slice_type, two Exp-Golomb codes of below 64 bits each, fit well into 24 octets.
  const reader = new BitReader(removeEmulationPrevention(body.subarray(0, 24)));
  reader.unsignedExpGolomb();
  const sliceType = reader.unsignedExpGolomb() % 5;
  return !reader.overrun && (sliceType === 2 || sliceType === 4);
}
