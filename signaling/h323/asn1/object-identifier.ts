import { PerError } from './per-error.ts';

/** Numbers of an identifier: X.660's deepest have not half as many. */
const MAXIMUM_NUMBERS = 128;

/** Octets of the contents of an OBJECT IDENTIFIER (X.690 §8.19) as numbers with dots. Throws PerError. */
export function decodeObjectIdentifier(octets: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const octet of octets) {
    number = number * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(number)) {
      throw new PerError('out-of-range');
    }
    if (octet < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [first, ...rest] = numbers;
  if (first === undefined || numbers.length >= MAXIMUM_NUMBERS || (octets.at(-1) ?? 0) >= 0x80) {
    throw new PerError('out-of-range');
  }
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join('.');
}

/** The contrary. Throws PerError `wrong-value` where it is none. */
export function encodeObjectIdentifier(text: string): Uint8Array {
  const numbers = text.split('.').map(Number);
  const [root = 0, second = 0, ...rest] = numbers;
  const first = 40 * root + second;
  const isWritten = /^[012](\.(0|[1-9]\d*))+$/.test(text) && numbers.length <= MAXIMUM_NUMBERS;
  if (!isWritten || (root < 2 && second >= 40) || ![first, ...rest].every(Number.isSafeInteger)) {
    throw new PerError('wrong-value');
  }
  return Uint8Array.from([first, ...rest].flatMap(base128));
}

function base128(number: number): number[] {
  const octets = [number % 128];
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) {
    octets.unshift(0x80 + (left % 128));
  }
  return octets;
}
