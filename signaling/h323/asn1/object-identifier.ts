import { PerError } from './per-error.ts';

/** Numbers of an identifier: X.660's deepest have not half as many. */
const MAXIMUM_NUMBERS = 128;

/** Octets of identifiers that were written: messages hold the same few again and again. Others are not kept once it is full. */
const written = new Map<string, Uint8Array>();
const MOST_KEPT = 256;

/** Octets of the contents of an OBJECT IDENTIFIER (X.690 §8.19) as numbers with dots. Throws PerError. */
export function decodeObjectIdentifier(octets: Uint8Array): string {
  let text = '';
  let numbers = 0;
  let number = 0;
  for (const octet of octets) {
    number = number * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(number)) {
      throw new PerError('out-of-range');
    }
    if (octet < 0x80) {
      numbers += 1;
      text = numbers === 1 ? firstTwo(number) : `${text}.${number}`;
      number = 0;
    }
  }
  if (numbers === 0 || numbers >= MAXIMUM_NUMBERS || (octets.at(-1) ?? 0) >= 0x80) {
    throw new PerError('out-of-range');
  }
  return text;
}

/** The contrary, not to be changed. Throws PerError `wrong-value` where it is none. */
export function encodeObjectIdentifier(text: string): Uint8Array {
  const kept = written.get(text);
  if (kept !== undefined) {
    return kept;
  }
  const numbers = text.split('.').map(Number);
  const [root = 0, second = 0, ...rest] = numbers;
  const first = 40 * root + second;
  const isWritten = /^[012](\.(0|[1-9]\d*))+$/.test(text) && numbers.length <= MAXIMUM_NUMBERS;
  if (!isWritten || (root < 2 && second >= 40) || ![first, ...rest].every(Number.isSafeInteger)) {
    throw new PerError('wrong-value');
  }
  const octets = Uint8Array.from([first, ...rest].flatMap(base128));
  if (written.size < MOST_KEPT) {
    written.set(text, octets);
  }
  return octets;
}

/** The first two numbers are written as one (X.690 §8.19.4). */
function firstTwo(number: number): string {
  const root = Math.min(2, Math.floor(number / 40));
  return `${root}.${number - 40 * root}`;
}

function base128(number: number): number[] {
  const octets = [number % 128];
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) {
    octets.unshift(0x80 + (left % 128));
  }
  return octets;
}
