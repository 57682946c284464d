import type { Random } from '#signaling/sip/edge/mutation.ts';

/** What a mutation may draw on. */
export interface MutationSource {
  /** Numbers in [0, 1); the result depends on nothing else. */
  readonly random: Random;
  /** Words of the format. */
  readonly dictionary: readonly Buffer[];
  /** Other inputs, to take pieces from. */
  readonly others: readonly Buffer[];
  /** Octets of the longest result. */
  readonly maximumLength: number;
}

/** Octets at which signs, lengths and flags turn over. */
const TELLING_OCTETS = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 129, 192, 224, 240, 254, 255];
/** The same for fields of two and four octets. */
const TELLING_WORDS = [0, 1, 255, 256, 1500, 4095, 4096, 32767, 32768, 65534, 65535];
const TELLING_DOUBLES = [0, 1, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
/** Numbers in text at which counters and lengths break. */
const TELLING_NUMBERS = ['0', '-1', '00', '1', '127', '128', '255', '256', '65535', '65536', '2147483648', '4294967296']
  .concat(['18446744073709551616', '9'.repeat(40), '1e9', '0x10', '1.5', ''])
  .map((text) => Buffer.from(text));
/** A piece repeated up to so often shows what takes longer than the length of its input. */
const MOST_REPETITIONS = 20_000;

/**
 * Changes an input in one to eight places, knowing nothing of its format but the words it is given: octets and numbers
 * changed, pieces removed, doubled, moved, taken from other inputs, now and then repeated very often.
 * @param seed stays as it is
 */
export function mutateBlindly(seed: Buffer, source: MutationSource): Buffer {
  const rounds = 1 << below(source.random, 4);
  let bytes: Buffer = Buffer.from(seed);
  for (let round = 0; round < rounds; round += 1) {
    const mutation = pick(source.random, MUTATIONS) ?? setOctet;
    bytes = mutation(bytes, source).subarray(0, source.maximumLength);
  }
  return source.random() < 0.002 ? repeatPiece(bytes, source).subarray(0, source.maximumLength) : bytes;
}

/** Changes the bytes that it is given, or makes others. */
type Mutation = (bytes: Buffer, source: MutationSource) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setOctet,
  setTellingOctet,
  setField,
  setNumber,
  insertOctets,
  insertWord,
  insertWord,
  overwriteWithWord,
  removePiece,
  removePiece,
  doublePiece,
  movePiece,
  takePiece,
  takePiece,
  cut,
  join,
];

function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

function pick<T>(random: Random, from: readonly T[]): T | undefined {
  return from[below(random, from.length)];
}

/** Short pieces far more often than long ones. */
function piece(bytes: Buffer, random: Random): { readonly at: number; readonly end: number } {
  const at = below(random, bytes.length + 1);
  const longest = random() < 0.1 ? bytes.length : Math.min(bytes.length, random() < 0.5 ? 8 : 64);
  return { at, end: Math.min(bytes.length, at + 1 + below(random, longest)) };
}

function replaced(bytes: Buffer, at: number, end: number, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(end)]);
}

function flipBit(bytes: Buffer, { random }: MutationSource): Buffer {
  const at = below(random, bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
  return bytes;
}

function setOctet(bytes: Buffer, { random }: MutationSource): Buffer {
  bytes[below(random, bytes.length)] = below(random, 256);
  return bytes;
}

function setTellingOctet(bytes: Buffer, { random }: MutationSource): Buffer {
  bytes[below(random, bytes.length)] = pick(random, TELLING_OCTETS) ?? 0;
  return bytes;
}

function setField(bytes: Buffer, { random }: MutationSource): Buffer {
  if (bytes.length < 4) return bytes;
  const at = below(random, bytes.length - 3);
  // The lengths of what follows are as telling as any.
  if (random() < 0.3) bytes.writeUInt16BE(Math.min(0xffff, Math.max(0, bytes.length - at - below(random, 16))), at);
  else if (random() < 0.7) bytes.writeUInt16BE(pick(random, TELLING_WORDS) ?? 0, at);
  else bytes.writeUInt32BE(pick(random, TELLING_DOUBLES) ?? 0, at);
  return bytes;
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}

/** Puts another number in the place of the first one after some place. */
function setNumber(bytes: Buffer, { random }: MutationSource): Buffer {
  let at = below(random, bytes.length);
  const last = Math.min(bytes.length, at + 256);
  while (at < last && !isDigit(bytes[at])) at += 1;
  let end = at;
  while (end < last && isDigit(bytes[end])) end += 1;
  return end === at ? bytes : replaced(bytes, at, end, pick(random, TELLING_NUMBERS) ?? Buffer.alloc(0));
}

function insertOctets(bytes: Buffer, { random }: MutationSource): Buffer {
  const at = below(random, bytes.length + 1);
  return replaced(bytes, at, at, Buffer.alloc(1 + below(random, random() < 0.1 ? 300 : 4), below(random, 256)));
}

function insertWord(bytes: Buffer, { random, dictionary }: MutationSource): Buffer {
  const at = below(random, bytes.length + 1);
  return replaced(bytes, at, at, pick(random, dictionary) ?? Buffer.alloc(0));
}

function overwriteWithWord(bytes: Buffer, { random, dictionary }: MutationSource): Buffer {
  const word = pick(random, dictionary) ?? Buffer.alloc(0);
  const { at, end } = piece(bytes, random);
  return replaced(bytes, at, random() < 0.5 ? at + word.length : end, word);
}

function removePiece(bytes: Buffer, { random }: MutationSource): Buffer {
  const { at, end } = piece(bytes, random);
  return replaced(bytes, at, end, Buffer.alloc(0));
}

function doublePiece(bytes: Buffer, { random }: MutationSource): Buffer {
  const { at, end } = piece(bytes, random);
  return replaced(bytes, end, end, bytes.subarray(at, end));
}

function movePiece(bytes: Buffer, { random }: MutationSource): Buffer {
  const { at, end } = piece(bytes, random);
  const to = below(random, bytes.length + 1);
  return replaced(bytes, to, random() < 0.5 ? to : to + end - at, Buffer.from(bytes.subarray(at, end)));
}

function takePiece(bytes: Buffer, { random, others }: MutationSource): Buffer {
  const other = pick(random, others) ?? bytes;
  const taken = piece(other, random);
  const { at, end } = piece(bytes, random);
  return replaced(bytes, at, random() < 0.5 ? at : end, other.subarray(taken.at, taken.end));
}

function cut(bytes: Buffer, { random }: MutationSource): Buffer {
  return random() < 0.5
    ? bytes.subarray(below(random, bytes.length + 1))
    : bytes.subarray(0, below(random, bytes.length + 1));
}

function join(bytes: Buffer, { random, others }: MutationSource): Buffer {
  const other = pick(random, others) ?? bytes;
  return Buffer.concat([
    bytes.subarray(0, below(random, bytes.length + 1)),
    other.subarray(below(random, other.length + 1)),
  ]);
}

function repeatPiece(bytes: Buffer, { random, maximumLength }: MutationSource): Buffer {
  const at = below(random, bytes.length);
  const part = bytes.subarray(at, at + 1 + below(random, 12));
  if (part.length === 0) return bytes;
  const most = Math.min(MOST_REPETITIONS, Math.ceil(maximumLength / part.length));
  const repeated = Buffer.alloc(part.length * (1 + below(random, most)), part);
  return replaced(bytes, at, at, repeated);
}
