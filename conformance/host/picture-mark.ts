/** What a coded picture says of itself. */
export interface PictureMark {
  /** Number of the host that sent it, 0 to 255. */
  readonly host: number;
  /** Number of the frame, 0 to 4095. */
  readonly frame: number;
}

/** Begins every mark: the run of four and the run of two tell a reader how wide a module is. */
export const START: readonly boolean[] = [true, true, true, true, false, false, true];
/** Ends every mark: the dark margin after it makes a falling edge. */
const STOP: readonly boolean[] = [false, true];
const MARK_BITS = 20;
const CHECK_BITS = 12;
/** CRC-12 of telecommunications: x^12 + x^11 + x^3 + x^2 + x + 1, without its highest term. */
const POLYNOMIAL = 0x80f;

/** Modules in a mark, from the first light one to the last light one. */
export const MARK_MODULES = START.length + MARK_BITS + CHECK_BITS + STOP.length;

/** The modules of a mark from left to right, true for light. @throws RangeError when a number does not fit its field. */
export function modulesOf({ host, frame }: PictureMark): boolean[] {
  if (!isWithin(host, 8) || !isWithin(frame, 12)) {
    throw new RangeError(`host ${host}, frame ${frame} cannot be written into a mark`);
  }
  const word = (host << 12) | frame;
  return [...START, ...bitsOf(word, MARK_BITS), ...bitsOf(checksum(word), CHECK_BITS), ...STOP];
}

/** Reads the modules of a mark; undefined where they are not one. */
export function markOf(modules: readonly boolean[]): PictureMark | undefined {
  const data = START.length;
  const check = data + MARK_BITS;
  const stop = check + CHECK_BITS;
  const isFramed =
    modules.length === MARK_MODULES &&
    START.every((light, index) => modules[index] === light) &&
    STOP.every((light, index) => modules[stop + index] === light);
  const word = numberOf(modules.slice(data, check));
  if (!isFramed || numberOf(modules.slice(check, stop)) !== checksum(word)) {
    return undefined;
  }
  return { host: word >> 12, frame: word & 0xfff };
}

function isWithin(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** bits;
}

function checksum(word: number): number {
  let remainder = 0;
  for (const bit of bitsOf(word, MARK_BITS)) {
    const carry = ((remainder >> (CHECK_BITS - 1)) & 1) !== Number(bit);
    remainder = ((remainder << 1) & 0xfff) ^ (carry ? POLYNOMIAL : 0);
  }
  // A dark stretch of picture must not read as a mark of zeros.
  return remainder ^ 0xfff;
}

function bitsOf(value: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => ((value >> (count - 1 - index)) & 1) === 1);
}

function numberOf(bits: readonly boolean[]): number {
  return bits.reduce((value, bit) => value * 2 + Number(bit), 0);
}
