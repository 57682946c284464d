import { BitReader } from './bit-reader.ts';
import { groupNumberAt, H261_START_CODE_ZEROS } from './h261-picture-header.ts';
import { PrefixCode } from './prefix-code.ts';

/** A macroblock of an H.261 picture, and what a decoder must know that begins with it (RFC 4587 §4.1). */
export interface H261Macroblock {
  /** Where it begins, in bits. */
  readonly position: number;
  /** GN, 1 to 12. */
  readonly group: number;
  /** Address in its group, 1 to 33. */
  readonly address: number;
  readonly isIntra: boolean;
  /** Of the macroblock before it in the group: its address, 0 for the first one, the quantiser then in force, and its vector. */
  readonly before: {
    readonly address: number;
    readonly quantiser: number;
    /** Pixels, -15 to 15; zeros where it has none. */
    readonly vector: readonly [horizontal: number, vertical: number];
  };
}

interface MacroblockType {
  readonly isIntra?: true;
  readonly hasQuantiser?: true;
  readonly hasVector?: true;
  readonly hasPattern?: true;
}

/** The tables below are those of H.261 §4.2.3 and §4.2.4. */
const STUFFING = 0;
const ADDRESS = PrefixCode.of<number>({
  ...{ 1: 1, '011': 2, '010': 3, '0011': 4, '0010': 5, '00011': 6, '00010': 7, '0000111': 8, '0000110': 9 },
  ...{ '00001011': 10, '00001010': 11, '00001001': 12, '00001000': 13, '00000111': 14, '00000110': 15 },
  ...{ '0000010111': 16, '0000010110': 17, '0000010101': 18, '0000010100': 19, '0000010011': 20, '0000010010': 21 },
  ...{ '00000100011': 22, '00000100010': 23, '00000100001': 24, '00000100000': 25, '00000011111': 26 },
  ...{ '00000011110': 27, '00000011101': 28, '00000011100': 29, '00000011011': 30, '00000011010': 31 },
  ...{ '00000011001': 32, '00000011000': 33, '00000001111': STUFFING },
});
const TYPE = PrefixCode.of<MacroblockType>({
  '0001': { isIntra: true },
  '0000001': { isIntra: true, hasQuantiser: true },
  1: { hasPattern: true },
  '00001': { hasPattern: true, hasQuantiser: true },
  '000000001': { hasVector: true },
  '00000001': { hasVector: true, hasPattern: true },
  '0000000001': { hasVector: true, hasPattern: true, hasQuantiser: true },
  '001': { hasVector: true },
  '01': { hasVector: true, hasPattern: true },
  '000001': { hasVector: true, hasPattern: true, hasQuantiser: true },
});
/** Without the sign that follows all but 0; each stands for two differences, 32 apart. */
const VECTOR_DIFFERENCE = PrefixCode.of<number>({
  ...{ 1: 0, '01': 1, '001': 2, '0001': 3, '000011': 4, '0000101': 5, '0000100': 6, '0000011': 7, '000001011': 8 },
  ...{ '000001010': 9, '000001001': 10, '0000010001': 11, '0000010000': 12, '0000001111': 13, '0000001110': 14 },
  ...{ '0000001101': 15, '0000001100': 16 },
});
/** Codes of the coded block pattern in the order of patterns from 1 on: value and length. */
const PATTERN_CODES = [
  ...[11, 5, 9, 5, 13, 6, 13, 4, 23, 7, 19, 7, 31, 8, 12, 4, 22, 7, 18, 7, 30, 8, 19, 5, 27, 8, 23, 8, 19, 8, 11, 4],
  ...[21, 7, 17, 7, 29, 8, 17, 5, 25, 8, 21, 8, 17, 8, 15, 6, 15, 8, 13, 8, 3, 9, 15, 5, 11, 8, 7, 8, 7, 9, 10, 4],
  ...[20, 7, 16, 7, 28, 8, 14, 6, 14, 8, 12, 8, 2, 9, 16, 5, 24, 8, 20, 8, 16, 8, 14, 5, 10, 8, 6, 8, 6, 9, 18, 5],
  ...[26, 8, 22, 8, 18, 8, 13, 5, 9, 8, 5, 8, 5, 9, 12, 5, 8, 8, 4, 8, 4, 9, 7, 3, 10, 5, 8, 5, 12, 6],
];
const PATTERN = new PrefixCode<number>(
  Array.from({ length: PATTERN_CODES.length / 2 }, (_, index) => ({
    length: PATTERN_CODES[2 * index + 1] ?? 0,
    first: PATTERN_CODES[2 * index] ?? 0,
    symbol: index + 1,
  })),
);
/** How a coefficient goes on: by a sign, by run and level in full, or not at all. */
type Coefficient = 'sign' | 'escape' | 'end';
const COEFFICIENT_RANGES = [
  { length: 3, first: 3, symbol: 'sign' },
  { length: 4, first: 4, last: 5, symbol: 'sign' },
  { length: 5, first: 5, last: 7, symbol: 'sign' },
  { length: 6, first: 4, last: 7, symbol: 'sign' },
  { length: 6, first: 1, symbol: 'escape' },
  { length: 7, first: 4, last: 7, symbol: 'sign' },
  { length: 8, first: 0x20, last: 0x27, symbol: 'sign' },
  { length: 10, first: 8, last: 15, symbol: 'sign' },
  { length: 12, first: 16, last: 31, symbol: 'sign' },
  { length: 13, first: 16, last: 31, symbol: 'sign' },
] as const;
const COEFFICIENT = new PrefixCode<Coefficient>([
  ...COEFFICIENT_RANGES,
  { length: 2, first: 2, symbol: 'end' },
  { length: 2, first: 3, symbol: 'sign' },
]);
/** A block that has coefficients at all does not begin with its end: level 1 without run has a shorter code there. */
const FIRST_COEFFICIENT = new PrefixCode<Coefficient>([...COEFFICIENT_RANGES, { length: 1, first: 1, symbol: 'sign' }]);
/** Run and level behind an escape. */
const ESCAPED_LENGTH = 14;
const MOST_COEFFICIENTS = 64;
const LAST_ADDRESS = 33;
/** Macroblocks that begin a row of their group: vectors are told without a predecessor there. */
const ROW_BEGINNINGS = [1, 12, 23];

/**
 * Finds the macroblocks of a picture.
 * @param startCodes where its start codes are, as bits in rising order
 * @param isWanted ends the search at the first one that is not
 * @returns undefined where the picture breaks the standard, or has one that is not wanted
 */
export function findH261Macroblocks(
  picture: Uint8Array,
  startCodes: readonly number[],
  isWanted: (macroblock: H261Macroblock) => boolean = () => true,
): readonly H261Macroblock[] | undefined {
  const macroblocks: H261Macroblock[] = [];
  for (const [index, position] of startCodes.entries()) {
    const group = groupNumberAt(picture, position);
    if (group === undefined) return undefined;
    if (group === 0) continue;
    const found = new Group(picture, position, startCodes[index + 1] ?? picture.length * 8, group).read(isWanted);
    if (found === undefined) return undefined;
    for (const macroblock of found) macroblocks.push(macroblock);
  }
  return macroblocks;
}

/** One group of blocks. */
class Group {
  readonly #reader: BitReader;
  readonly #end: number;
  readonly #group: number;
  #address = 0;
  #quantiser = 0;
  #vector: readonly [number, number] = [0, 0];

  constructor(picture: Uint8Array, position: number, end: number, group: number) {
    this.#reader = new BitReader(picture);
    this.#reader.seek(position + 20);
    this.#end = end;
    this.#group = group;
  }

  read(isWanted: (macroblock: H261Macroblock) => boolean): H261Macroblock[] | undefined {
    const reader = this.#reader;
    const macroblocks: H261Macroblock[] = [];
    this.#quantiser = reader.bits(5);
    while (reader.flag()) {
      reader.skip(8); // spare information
      if (reader.overrun) return undefined;
    }
    while (!this.#isAtEnd()) {
      const macroblock = this.#macroblock();
      if (macroblock === undefined || reader.overrun || reader.position > this.#end) return undefined;
      if (macroblock === 'stuffing') continue;
      if (!isWanted(macroblock)) return undefined;
      macroblocks.push(macroblock);
    }
    return macroblocks;
  }

  /** As many zeros as no macroblock begins with, or nothing else before the next start code. */
  #isAtEnd(): boolean {
    const { position } = this.#reader;
    const rest = this.#reader.bits(Math.max(0, Math.min(H261_START_CODE_ZEROS, this.#end - position)));
    this.#reader.seek(position);
    return rest === 0;
  }

  #macroblock(): H261Macroblock | 'stuffing' | undefined {
    const reader = this.#reader;
    const { position } = reader;
    const difference = ADDRESS.read(reader);
    if (difference === undefined) return undefined;
    if (difference === STUFFING) return 'stuffing';
    const before = { address: this.#address, quantiser: this.#quantiser, vector: this.#vector };
    const address = this.#address + difference;
    const type = TYPE.read(reader);
    if (type === undefined || address > LAST_ADDRESS) return undefined;
    this.#address = address;
    if (type.hasQuantiser) this.#quantiser = reader.bits(5);
    const followsItsNeighbour = difference === 1 && !ROW_BEGINNINGS.includes(address);
    const vector = type.hasVector ? this.#readVector(followsItsNeighbour ? before.vector : [0, 0]) : ([0, 0] as const);
    if (vector === undefined) return undefined;
    this.#vector = vector;
    const pattern = type.hasPattern ? PATTERN.read(reader) : type.isIntra ? 0x3f : 0;
    if (pattern === undefined) return undefined;
    for (let block = 0x20; block > 0; block >>= 1) {
      if ((pattern & block) !== 0 && !this.#skipBlock(type.isIntra === true)) return undefined;
    }
    return { position, group: this.#group, address, isIntra: type.isIntra === true, before };
  }

  #readVector(predicted: readonly [number, number]): readonly [number, number] | undefined {
    const horizontal = this.#readComponent(predicted[0]);
    const vertical = this.#readComponent(predicted[1]);
    return horizontal === undefined || vertical === undefined ? undefined : [horizontal, vertical];
  }

  #readComponent(predicted: number): number | undefined {
    const size = VECTOR_DIFFERENCE.read(this.#reader);
    if (size === undefined) return undefined;
    const component = predicted + (size !== 0 && this.#reader.flag() ? -size : size);
    return component > 15 ? component - 32 : component < -16 ? component + 32 : component;
  }

  #skipBlock(isIntra: boolean): boolean {
    const reader = this.#reader;
    if (isIntra) reader.skip(8);
    for (let count = 0; count <= MOST_COEFFICIENTS; count++) {
      const coefficient = (count === 0 && !isIntra ? FIRST_COEFFICIENT : COEFFICIENT).read(reader);
      if (coefficient === 'end') return true;
      if (coefficient === undefined || reader.overrun) return false;
      reader.skip(coefficient === 'sign' ? 1 : ESCAPED_LENGTH);
    }
    return false;
  }
}
