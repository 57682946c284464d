import { BitReader } from './bit-reader.ts';

/** What the header of an H.263 picture says (H.263 §5.1). */
export interface H263PictureHeader {
  /** TR, 0 to 255. */
  readonly temporalReference: number;
  /** Source format: 1 sub-QCIF, 2 QCIF, 3 CIF, 4 4CIF, 5 16CIF; 7 where PLUSPTYPE follows. */
  readonly sourceFormat: number;
  readonly isIntra: boolean;
  /** The optional modes that PTYPE tells; undefined with PLUSPTYPE. */
  readonly modes?: {
    /** Annex D. */
    readonly unrestrictedVectors: boolean;
    /** Annex E. */
    readonly arithmeticCoding: boolean;
    /** Annex F. */
    readonly advancedPrediction: boolean;
    /** Annex G. */
    readonly pbFrames: boolean;
  };
  /** Bits of the picture layer up to its first group of blocks, and PQUANT; undefined with PLUSPTYPE. */
  readonly length?: number;
  readonly quantiser?: number;
}

/** Zeros of GBSC, with which pictures, groups of blocks and slices begin. */
export const H263_START_CODE_ZEROS = 16;
/** GBSC and GN. */
const START_CODE_LENGTH = 17;
const GROUP_NUMBER_LENGTH = 5;
/** Bits of both. */
export const H263_START_CODE_LENGTH = START_CODE_LENGTH + GROUP_NUMBER_LENGTH;
/** Source format of pictures with an extended header (H.263 §5.1.4). */
const EXTENDED = 7;
/** OPPTYPE, where UFEP says that it is there. */
const OPPTYPE_LENGTH = 18;

/** The group number behind a start code, 0 for a picture; undefined where a stream is at no start code, or ends in it. */
export function h263GroupNumberAt(stream: Uint8Array, position: number): number | undefined {
  const reader = new BitReader(stream);
  reader.seek(position);
  const isStartCode = reader.bits(START_CODE_LENGTH) === 1;
  const number = reader.bits(GROUP_NUMBER_LENGTH);
  return isStartCode && !reader.overrun ? number : undefined;
}

/** Reads the header of a picture that begins with its start code; undefined where it does not, is cut or breaks the standard. */
export function parseH263PictureHeader(picture: Uint8Array): H263PictureHeader | undefined {
  if (h263GroupNumberAt(picture, 0) !== 0) return undefined;
  const reader = new BitReader(picture);
  reader.seek(START_CODE_LENGTH + GROUP_NUMBER_LENGTH);
  const temporalReference = reader.bits(8);
  // The second bit tells H.263 from H.261; then split screen, document camera, freeze picture release.
  if (reader.bits(2) !== 2) return undefined;
  reader.bits(3);
  const sourceFormat = reader.bits(3);
  if (sourceFormat === 0 || reader.overrun) return undefined;
  if (sourceFormat === EXTENDED) {
    if (reader.bits(3) === 1) reader.bits(OPPTYPE_LENGTH);
    const isIntra = reader.bits(3) === 0;
    return reader.overrun ? undefined : { temporalReference, sourceFormat, isIntra };
  }
  const isIntra = !reader.flag();
  const modes = {
    unrestrictedVectors: reader.flag(),
    arithmeticCoding: reader.flag(),
    advancedPrediction: reader.flag(),
    pbFrames: reader.flag(),
  };
  const quantiser = reader.bits(5);
  if (reader.flag()) reader.bits(2); // CPM, PSBI
  if (modes.pbFrames) reader.bits(5); // TRB, DBQUANT
  while (reader.flag()) {
    reader.bits(8); // PSUPP
    if (reader.overrun) return undefined;
  }
  if (reader.overrun) return undefined;
  return { temporalReference, sourceFormat, isIntra, modes, length: reader.position, quantiser };
}
