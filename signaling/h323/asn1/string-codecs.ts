import type { BitStringType, CharacterStringType, OctetStringType } from './notation.ts';
import type { PartCodec } from './part-codec.ts';
import { PerError } from './per-error.ts';
import { bitsFor, type PerReader } from './per-reader.ts';
import type { PerWriter } from './per-writer.ts';
import { fixedSize, readSize, showsOnWire, writeSize } from './sizes.ts';
import type { Bits } from './value.ts';

/** Fixed strings of at most so many bits are not aligned (X.691 §16.9, §17.6, §30.5.6). */
const LONGEST_UNALIGNED = 16;

/** OCTET STRING (X.691 §17). Values share the memory of the message. */
export function octetStringCodec({ size }: OctetStringType): PartCodec {
  const fixed = fixedSize(size);
  const isShort = fixed !== undefined && fixed * 8 <= LONGEST_UNALIGNED;
  return {
    read(reader) {
      if (!showsOnWire(size)) {
        return reader.countedOctets();
      }
      if (isShort) {
        return Uint8Array.from({ length: fixed }, () => reader.bits(8));
      }
      const length = fixed ?? readSize(reader, size);
      return length === 0 ? new Uint8Array() : reader.octets(length);
    },
    write(writer, value) {
      if (!(value instanceof Uint8Array) || (fixed !== undefined && value.length !== fixed)) {
        throw new PerError('wrong-value');
      }
      if (!showsOnWire(size)) {
        writer.countedOctets(value);
      } else if (isShort) {
        for (const octet of value) {
          writer.bits(octet, 8);
        }
      } else {
        writeLength(writer, size, value.length);
        if (value.length > 0) {
          writer.octets(value);
        }
      }
    },
  };
}

/** BIT STRING (X.691 §16). */
export function bitStringCodec({ size }: BitStringType): PartCodec {
  const fixed = fixedSize(size);
  return {
    read(reader): Bits {
      const length = fixed ?? readSize(reader, size);
      if (length > LONGEST_UNALIGNED || (fixed === undefined && length > 0)) {
        reader.align();
      }
      if (length > 8 * (reader.remaining + 1)) {
        throw new PerError('truncated');
      }
      const data = new Uint8Array(Math.ceil(length / 8));
      for (let index = 0; index < data.length; index++) {
        const bits = Math.min(8, length - 8 * index);
        data[index] = reader.bits(bits) << (8 - bits);
      }
      return { length, data };
    },
    write(writer, value) {
      if (!isBits(value) || value.data.length * 8 < value.length) {
        throw new PerError('wrong-value');
      }
      const { length, data } = value;
      writeLength(writer, size, length);
      if (length > LONGEST_UNALIGNED || (fixed === undefined && length > 0)) {
        writer.align();
      }
      for (let index = 0; 8 * index < length; index++) {
        const bits = Math.min(8, length - 8 * index);
        writer.bits((data[index] ?? 0) >> (8 - bits), bits);
      }
    },
  };
}

/** Character strings (X.691 §30). Characters past what the set allows are read as they are: they harm nobody. */
export function characterStringCodec({ set, size, alphabet }: CharacterStringType): PartCodec {
  if (set === 'GeneralString') {
    return generalStringCodec;
  }
  const characters = alphabet ?? (set === 'NumericString' ? ' 0123456789' : undefined);
  const { width, toCode, toCharacter } =
    characters === undefined ? wholeSet(set === 'BMPString' ? 16 : 8) : subset(characters);
  const fixed = fixedSize(size);
  const longest = showsOnWire(size) ? size.upper * width : Number.POSITIVE_INFINITY;
  const isUnaligned = fixed === undefined ? longest < LONGEST_UNALIGNED : longest <= LONGEST_UNALIGNED;
  return {
    read(reader) {
      const length = fixed ?? readSize(reader, size);
      if (length > 0 && !isUnaligned) {
        reader.align();
      }
      return readCharacters(reader, length, width, toCharacter);
    },
    write(writer, value) {
      if (typeof value !== 'string') {
        throw new PerError('wrong-value');
      }
      writeLength(writer, size, value.length);
      if (value.length > 0 && !isUnaligned) {
        writer.align();
      }
      for (let index = 0; index < value.length; index++) {
        writer.bits(toCode(value.charCodeAt(index)), width);
      }
    },
  };
}

const generalStringCodec: PartCodec = {
  read: (reader) => Buffer.from(reader.countedOctets()).toString('latin1'),
  write(writer, value) {
    if (typeof value !== 'string') {
      throw new PerError('wrong-value');
    }
    writer.countedOctets(Buffer.from(value, 'latin1'));
  },
};

interface Characters {
  /** Bits of each. */
  readonly width: number;
  toCode(character: number): number;
  toCharacter(code: number): number;
}

function wholeSet(width: 8 | 16): Characters {
  const toCode = (character: number) => {
    if (character >= 2 ** width) {
      throw new PerError('out-of-range');
    }
    return character;
  };
  return { width, toCode, toCharacter: (code) => code };
}

/** A permitted alphabet: characters are numbered in their order unless they fit as they are (X.691 §30.5.4). */
function subset(text: string): Characters {
  const sorted = Array.from(text, (character) => character.charCodeAt(0)).sort((a, b) => a - b);
  const bits = bitsFor(sorted.length);
  const width = 2 ** Math.ceil(Math.log2(Math.max(1, bits)));
  const isDirect = (sorted.at(-1) ?? 0) < 2 ** width;
  return {
    width,
    toCode(character) {
      const index = sorted.indexOf(character);
      if (index < 0) {
        throw new PerError('out-of-range');
      }
      return isDirect ? character : index;
    },
    toCharacter(code) {
      const character = isDirect ? code : sorted[code];
      if (character === undefined) {
        throw new PerError('out-of-range');
      }
      return character;
    },
  };
}

function readCharacters(
  reader: PerReader,
  length: number,
  width: number,
  toCharacter: (code: number) => number,
): string {
  if (length * width > 8 * (reader.remaining + 1)) {
    throw new PerError('truncated');
  }
  let text = '';
  for (let index = 0; index < length; index++) {
    text += String.fromCharCode(toCharacter(reader.bits(width)));
  }
  return text;
}

function writeLength(writer: PerWriter, size: Parameters<typeof writeSize>[1], length: number): void {
  const fixed = fixedSize(size);
  if (fixed === undefined) {
    writeSize(writer, size, length);
  } else if (length !== fixed) {
    throw new PerError('out-of-range');
  }
}

function isBits(value: unknown): value is Bits {
  return (
    typeof value === 'object' &&
    value !== null &&
    'length' in value &&
    typeof value.length === 'number' &&
    'data' in value &&
    value.data instanceof Uint8Array
  );
}
