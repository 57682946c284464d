import { BitReader } from './bit-reader.ts';
import { h263GroupNumberAt, parseH263PictureHeader } from './h263-picture-header.ts';
import { type CodeRange, PrefixCode } from './prefix-code.ts';

/** Horizontal and vertical, in half pixels. */
type Vector = readonly [number, number];

/** A macroblock of an H.263 picture, and what a decoder must know that begins with it (RFC 2190 §5.2). */
export interface H263Macroblock {
  /** Where it begins, in bits. */
  readonly position: number;
  /** GN, 0 to 17. */
  readonly group: number;
  /** Address in its group, from 0. */
  readonly address: number;
  /** In force before it, 1 to 31. */
  readonly quantiser: number;
  /** What its vector is told from. */
  readonly predictor: Vector;
}

interface MacroblockType {
  readonly isIntra: boolean;
  readonly hasQuantiserDifference: boolean;
  readonly vectors: number;
  /** Coded blocks of the two of colour. */
  readonly chroma: number;
}

/** The tables below are those of H.263 §5.3 and §5.4. */
const STUFFING = 'stuffing';
const INTRA = { isIntra: true, hasQuantiserDifference: false, vectors: 0 } as const;
const INTRA_Q = { isIntra: true, hasQuantiserDifference: true, vectors: 0 } as const;
const INTER = { isIntra: false, hasQuantiserDifference: false, vectors: 1 } as const;
const INTER_Q = { isIntra: false, hasQuantiserDifference: true, vectors: 1 } as const;
const INTER_4V = { isIntra: false, hasQuantiserDifference: false, vectors: 4 } as const;

const INTRA_TYPE = PrefixCode.of<MacroblockType | typeof STUFFING>({
  ...{ 1: { ...INTRA, chroma: 0 }, '001': { ...INTRA, chroma: 1 } },
  ...{ '010': { ...INTRA, chroma: 2 }, '011': { ...INTRA, chroma: 3 } },
  ...{ '0001': { ...INTRA_Q, chroma: 0 }, '000001': { ...INTRA_Q, chroma: 1 } },
  ...{ '000010': { ...INTRA_Q, chroma: 2 }, '000011': { ...INTRA_Q, chroma: 3 } },
  '000000001': STUFFING,
});
const INTER_TYPE = PrefixCode.of<MacroblockType | typeof STUFFING>({
  ...{ 1: { ...INTER, chroma: 0 }, '0011': { ...INTER, chroma: 1 } },
  ...{ '0010': { ...INTER, chroma: 2 }, '000101': { ...INTER, chroma: 3 } },
  ...{ '011': { ...INTER_Q, chroma: 0 }, '0000111': { ...INTER_Q, chroma: 1 } },
  ...{ '0000110': { ...INTER_Q, chroma: 2 }, '000000101': { ...INTER_Q, chroma: 3 } },
  ...{ '010': { ...INTER_4V, chroma: 0 }, '0000101': { ...INTER_4V, chroma: 1 } },
  ...{ '0000100': { ...INTER_4V, chroma: 2 }, '00000101': { ...INTER_4V, chroma: 3 } },
  ...{ '00011': { ...INTRA, chroma: 0 }, '00000100': { ...INTRA, chroma: 1 } },
  ...{ '00000011': { ...INTRA, chroma: 2 }, '0000011': { ...INTRA, chroma: 3 } },
  ...{ '000100': { ...INTRA_Q, chroma: 0 }, '000000100': { ...INTRA_Q, chroma: 1 } },
  ...{ '000000011': { ...INTRA_Q, chroma: 2 }, '000000010': { ...INTRA_Q, chroma: 3 } },
  '000000001': STUFFING,
});
/** Coded blocks of brightness in an intra macroblock, the first one in the highest of four bits; an inter one has the others. */
const LUMA_PATTERN = PrefixCode.of<number>({
  ...{ '0011': 0, '00101': 1, '00100': 2, '1001': 3, '00011': 4, '0111': 5, '000010': 6, '1011': 7 },
  ...{ '00010': 8, '000011': 9, '0101': 10, '1010': 11, '0100': 12, '1000': 13, '0110': 14, 11: 15 },
});
/** In half pixels, without the sign that follows all but 0; each stands for two differences, 64 apart. */
const VECTOR_DIFFERENCE = PrefixCode.of<number>({
  ...{ 1: 0, '01': 1, '001': 2, '0001': 3, '000011': 4, '0000101': 5, '0000100': 6, '0000011': 7, '000001011': 8 },
  ...{ '000001010': 9, '000001001': 10, '0000010001': 11, '0000010000': 12, '0000001111': 13, '0000001110': 14 },
  ...{ '0000001101': 15, '0000001100': 16, '0000001011': 17, '0000001010': 18, '0000001001': 19, '0000001000': 20 },
  ...{ '0000000111': 21, '0000000110': 22, '0000000101': 23, '0000000100': 24, '00000000111': 25 },
  ...{ '00000000110': 26, '00000000101': 27, '00000000100': 28, '00000000011': 29, '00000000010': 30 },
  ...{ '000000000011': 31, '000000000010': 32 },
});
/** How a block goes on: with a coefficient, with its last one, or with one that is written in full. */
type Coefficient = 'more' | 'last' | 'escape';
const range = (symbol: Coefficient, length: number, first: number, last = first): CodeRange<Coefficient> => ({
  length,
  first,
  last,
  symbol,
});
const COEFFICIENT = new PrefixCode<Coefficient>([
  ...[range('more', 2, 2), range('more', 3, 6), range('more', 4, 14, 15), range('more', 5, 11, 13)],
  ...[range('more', 6, 0x10, 0x15), range('more', 7, 0x14, 0x17), range('more', 8, 0x1b, 0x1f)],
  ...[range('more', 9, 0x1a, 0x25), range('more', 10, 0x08, 0x0f), range('more', 10, 0x20, 0x21)],
  ...[range('more', 11, 0x06, 0x07), range('more', 11, 0x20, 0x23), range('more', 12, 0x50, 0x57)],
  ...[range('last', 4, 7), range('last', 6, 0x0c, 0x0f), range('last', 7, 0x10, 0x13), range('last', 8, 0x13, 0x1a)],
  ...[range('last', 9, 0x11, 0x19), range('last', 10, 0x04, 0x07), range('last', 11, 0x04, 0x05)],
  ...[range('last', 11, 0x24, 0x27), range('last', 12, 0x58, 0x5f)],
  range('escape', 7, 3),
]);
/** Run and level behind an escape and the bit that says whether it is the last one. */
const ESCAPED_LENGTH = 14;
const MOST_COEFFICIENTS = 64;
/** DQUANT. */
const QUANTISER_DIFFERENCES = [-1, -2, 1, 2];
const NO_VECTOR: Vector = [0, 0];

/** Macroblocks in a row, rows of them in a group, and groups. */
interface Format {
  readonly columns: number;
  readonly rowsOfGroup: number;
  readonly groups: number;
}
/** By source format (H.263 §4.2). */
const FORMATS: Readonly<Record<number, Format>> = {
  1: { columns: 8, rowsOfGroup: 1, groups: 6 },
  2: { columns: 11, rowsOfGroup: 1, groups: 9 },
  3: { columns: 22, rowsOfGroup: 1, groups: 18 },
  4: { columns: 44, rowsOfGroup: 2, groups: 18 },
  5: { columns: 88, rowsOfGroup: 4, groups: 18 },
};

/**
 * Finds the macroblocks of a picture without optional modes.
 * @param startCodes where its start codes are, as bits in rising order
 * @returns undefined where the picture has optional modes or breaks the standard
 */
export function findH263Macroblocks(
  picture: Uint8Array,
  startCodes: readonly number[],
): readonly H263Macroblock[] | undefined {
  const header = parseH263PictureHeader(picture);
  const modes = header?.modes;
  const format = FORMATS[header?.sourceFormat ?? 0];
  if (header?.length === undefined || header.quantiser === undefined || format === undefined) return undefined;
  if (modes === undefined || Object.values(modes).some((isOn) => isOn)) return undefined;
  const walk = new Walk(picture, startCodes, header.isIntra, format);
  return walk.from(header.length, header.quantiser);
}

class Walk {
  readonly #reader: BitReader;
  readonly #picture: Uint8Array;
  readonly #startCodes: ReadonlySet<number>;
  readonly #isIntra: boolean;
  readonly #format: Format;
  readonly #vectors: Vector[] = [];
  #quantiser = 0;
  /** Number of the first macroblock behind the last group header: nothing above it is looked at. */
  #firstOfSection = 0;

  constructor(picture: Uint8Array, startCodes: readonly number[], isIntra: boolean, format: Format) {
    this.#picture = picture;
    this.#reader = new BitReader(picture);
    this.#startCodes = new Set(startCodes);
    this.#isIntra = isIntra;
    this.#format = format;
  }

  from(position: number, quantiser: number): H263Macroblock[] | undefined {
    const reader = this.#reader;
    const { columns, rowsOfGroup, groups } = this.#format;
    const ofGroup = columns * rowsOfGroup;
    const macroblocks: H263Macroblock[] = [];
    reader.seek(position);
    this.#quantiser = quantiser;
    for (let number = 0; number < ofGroup * groups; ) {
      if (number % ofGroup === 0 && number > 0 && !this.#passGroupHeader(number / ofGroup)) return undefined;
      const place = {
        position: reader.position,
        group: Math.floor(number / ofGroup),
        address: number % ofGroup,
        quantiser: this.#quantiser,
        predictor: this.#predictor(number),
      };
      const vector = this.#macroblock(place.predictor);
      if (vector === undefined || reader.overrun) return undefined;
      if (vector === STUFFING) continue;
      this.#vectors[number] = vector;
      macroblocks.push(place);
      number++;
    }
    return macroblocks;
  }

  /** A group of blocks may have a header (H.263 §5.2). */
  #passGroupHeader(group: number): boolean {
    const reader = this.#reader;
    const { position } = reader;
    const begin = [0, 1, 2, 3, 4, 5, 6, 7].map((stuffing) => position + stuffing).find((p) => this.#startCodes.has(p));
    if (begin === undefined) return true;
    if (h263GroupNumberAt(this.#picture, begin) !== group) return false;
    reader.seek(begin + 17 + 5);
    reader.skip(2); // GFID; GSBI is there only with CPM, which has optional modes of its own
    this.#quantiser = reader.bits(5);
    this.#firstOfSection = group * this.#format.columns * this.#format.rowsOfGroup;
    return true;
  }

  /** The vector of a macroblock, or `stuffing` where there was none. */
  #macroblock(predictor: Vector): Vector | typeof STUFFING | undefined {
    const reader = this.#reader;
    if (!this.#isIntra && reader.flag()) return NO_VECTOR;
    const type = (this.#isIntra ? INTRA_TYPE : INTER_TYPE).read(reader);
    if (type === undefined || type === STUFFING || type.vectors > 1) return type === STUFFING ? type : undefined;
    const pattern = LUMA_PATTERN.read(reader);
    if (pattern === undefined) return undefined;
    if (type.hasQuantiserDifference) {
      const quantiser = this.#quantiser + (QUANTISER_DIFFERENCES[reader.bits(2)] ?? 0);
      this.#quantiser = Math.min(31, Math.max(1, quantiser));
    }
    const vector = type.vectors === 0 ? NO_VECTOR : this.#readVector(predictor);
    if (vector === undefined) return undefined;
    const coded = ((type.isIntra ? pattern : pattern ^ 0x0f) << 2) | type.chroma;
    for (let block = 0x20; block > 0; block >>= 1) {
      if (type.isIntra) reader.skip(8);
      if ((coded & block) !== 0 && !this.#skipBlock()) return undefined;
    }
    return vector;
  }

  /** The median of the vectors to the left, above and above to the right (H.263 §6.1.1). */
  #predictor(number: number): Vector {
    const { columns } = this.#format;
    const column = number % columns;
    const left = column === 0 ? NO_VECTOR : (this.#vectors[number - 1] ?? NO_VECTOR);
    if (number - columns < this.#firstOfSection) return left;
    const above = this.#vectors[number - columns] ?? NO_VECTOR;
    const aboveRight = column === columns - 1 ? NO_VECTOR : (this.#vectors[number - columns + 1] ?? NO_VECTOR);
    return [median(left[0], above[0], aboveRight[0]), median(left[1], above[1], aboveRight[1])];
  }

  #readVector(predictor: Vector): Vector | undefined {
    const horizontal = this.#readComponent(predictor[0]);
    const vertical = this.#readComponent(predictor[1]);
    return horizontal === undefined || vertical === undefined ? undefined : [horizontal, vertical];
  }

  #readComponent(predicted: number): number | undefined {
    const size = VECTOR_DIFFERENCE.read(this.#reader);
    if (size === undefined) return undefined;
    const component = predicted + (size !== 0 && this.#reader.flag() ? -size : size);
    return component > 31 ? component - 64 : component < -32 ? component + 64 : component;
  }

  #skipBlock(): boolean {
    const reader = this.#reader;
    for (let count = 0; count < MOST_COEFFICIENTS; count++) {
      const coefficient = COEFFICIENT.read(reader);
      if (coefficient === undefined || reader.overrun) return false;
      const isLast = coefficient === 'escape' ? reader.flag() : coefficient === 'last';
      reader.skip(coefficient === 'escape' ? ESCAPED_LENGTH : 1);
      if (isLast) return true;
    }
    return false;
  }
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
