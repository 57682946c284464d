import { BitReader } from './bit-reader.ts';

/** What the header of an H.261 picture says (H.261 §4.2.1). */
export interface H261PictureHeader {
  /** TR, 0 to 31. */
  readonly temporalReference: number;
  /** The encoder says that this picture answers a request for a whole one. */
  readonly freezePictureRelease: boolean;
  readonly format: 'QCIF' | 'CIF';
}

/** Zeros of GBSC, with which both pictures and groups of blocks begin. */
export const H261_START_CODE_ZEROS = 15;
/** GBSC and GN. */
const START_CODE_LENGTH = 16;
const GROUP_NUMBER_LENGTH = 4;
/** Bits of both. */
export const H261_START_CODE_LENGTH = START_CODE_LENGTH + GROUP_NUMBER_LENGTH;

/** The group number behind a start code, 0 for a picture; undefined where a stream is at no start code, or ends in it. */
export function groupNumberAt(stream: Uint8Array, position: number): number | undefined {
  const reader = new BitReader(stream);
  reader.seek(position);
  const isStartCode = reader.bits(START_CODE_LENGTH) === 1;
  const number = reader.bits(GROUP_NUMBER_LENGTH);
  return isStartCode && !reader.overrun ? number : undefined;
}

/** Reads the header of a picture that begins with its start code; undefined where it does not, or is cut. */
export function parseH261PictureHeader(picture: Uint8Array): H261PictureHeader | undefined {
  if (groupNumberAt(picture, 0) !== 0) return undefined;
  const reader = new BitReader(picture);
  reader.seek(START_CODE_LENGTH + GROUP_NUMBER_LENGTH);
  const temporalReference = reader.bits(5);
  reader.bits(2); // split screen, document camera
  const freezePictureRelease = reader.flag();
  const format = reader.flag() ? 'CIF' : 'QCIF';
  reader.bits(2); // still image, spare
  return reader.overrun ? undefined : { temporalReference, freezePictureRelease, format };
}
