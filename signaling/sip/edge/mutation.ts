/** Numbers at which counters and lengths break. */
const NUMBERS = ['0', '-1', '00', '1', '255', '256', '65535', '65536', '2147483647', '2147483648', '4294967295'].concat(
  ['4294967296', '18446744073709551616', '9'.repeat(40), '1e9', '0x10', '١', ' 5 '],
);

/** Bytes that mean something to somebody who reads SIP. */
const TELLING = [...'\r\n\t \0:;,<>"\\@%[]=/?|#'].map((character) => character.charCodeAt(0)).concat(0x80, 0xff);

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** A deterministic source of random numbers (Mulberry32). @param seed any 32-bit number: equal seeds give equal sequences */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Damages a SIP message: one to four of flipped, inserted or removed bytes, a cut, header lines removed, doubled, swapped or
 * taken from elsewhere, numbers replaced by extreme ones, a token made very long, two messages spliced.
 * @param seed a message, whole or damaged; stays as it is
 * @param random numbers in [0, 1); the result depends on nothing else
 * @param others messages to take parts from
 * @returns a message of at most 131 072 bytes, perhaps the same
 */
export function mutate(seed: Buffer, random: Random, others: readonly Buffer[] = [seed]): Buffer {
  let bytes = seed;
  const rounds = 1 + below(random, 4);
  for (let round = 0; round < rounds; round += 1) {
    const mutation = pick(random, MUTATIONS) ?? flipByte;
    bytes = mutation(bytes, random, pick(random, others) ?? seed);
  }
  return bytes.subarray(0, 131_072);
}

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  flipByte,
  tellingByte,
  insertByte,
  removeBytes,
  truncate,
  removeLine,
  doubleLine,
  swapLines,
  takeLine,
  extremeNumber,
  extremeNumber,
  longToken,
  splice,
];

function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

function pick<T>(random: Random, from: readonly T[]): T | undefined {
  return from[below(random, from.length)];
}

function flipByte(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  const at = below(random, changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
  return changed;
}

function tellingByte(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  changed[below(random, changed.length)] = pick(random, TELLING) ?? 0;
  return changed;
}

function insertByte(bytes: Buffer, random: Random): Buffer {
  const at = below(random, bytes.length + 1);
  const many = random() < 0.1 ? 1 + below(random, 300) : 1;
  return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(many, pick(random, TELLING) ?? 0), bytes.subarray(at)]);
}

function removeBytes(bytes: Buffer, random: Random): Buffer {
  const at = below(random, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 8))]);
}

function truncate(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, below(random, bytes.length + 1));
}

/** Changes the lines of a message; Latin-1 keeps every byte. */
function changeLines(bytes: Buffer, change: (lines: string[]) => void): Buffer {
  const lines = bytes.toString('latin1').split('\r\n');
  change(lines);
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

function removeLine(bytes: Buffer, random: Random): Buffer {
  return changeLines(bytes, (lines) => lines.splice(below(random, lines.length), 1));
}

function doubleLine(bytes: Buffer, random: Random): Buffer {
  const times = random() < 0.05 ? 300 : 1;
  return changeLines(bytes, (lines) => {
    const at = below(random, lines.length);
    lines.splice(at, 0, ...Array.from({ length: times }, () => lines[at] ?? ''));
  });
}

function swapLines(bytes: Buffer, random: Random): Buffer {
  return changeLines(bytes, (lines) => {
    const [one, other] = [below(random, lines.length), below(random, lines.length)];
    [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
  });
}

function takeLine(bytes: Buffer, random: Random, other: Buffer): Buffer {
  const line = pick(random, other.toString('latin1').split('\r\n')) ?? '';
  return changeLines(bytes, (lines) => {
    lines.splice(below(random, lines.length + 1), random() < 0.5 ? 1 : 0, line);
  });
}

function extremeNumber(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1');
  const found = pick(random, [...text.matchAll(/[0-9]+/g)]);
  if (found === undefined) return bytes;
  const number = pick(random, NUMBERS) ?? '';
  return Buffer.from(text.slice(0, found.index) + number + text.slice(found.index + found[0].length), 'latin1');
}

function longToken(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1');
  const found = pick(random, [...text.matchAll(/[A-Za-z0-9]+/g)]);
  if (found === undefined) return bytes;
  const long = found[0].repeat(2 + below(random, 2_000)).slice(0, 10_000);
  return Buffer.from(text.slice(0, found.index) + long + text.slice(found.index + found[0].length), 'latin1');
}

function splice(bytes: Buffer, random: Random, other: Buffer): Buffer {
  return Buffer.concat([
    bytes.subarray(0, below(random, bytes.length + 1)),
    other.subarray(below(random, other.length + 1)),
  ]);
}
