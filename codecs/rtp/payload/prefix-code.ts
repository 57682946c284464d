import type { BitReader } from './bit-reader.ts';

/** Codes that follow each other in value: those of `length` bits from `first` to `last`, all for one symbol. */
export interface CodeRange<S> {
  readonly length: number;
  readonly first: number;
  readonly last?: number;
  readonly symbol: S;
}

interface Entry<S> {
  readonly length: number;
  readonly symbol: S;
}

/** A table of codes of variable length, no one of which begins another. */
export class PrefixCode<S> {
  /** By the bits that come next, as many as the longest code has. */
  readonly #entries: (Entry<S> | undefined)[];
  readonly #longest: number;

  /** @throws RangeError where a code begins another, or is longer than 16 bits. */
  constructor(ranges: readonly CodeRange<S>[]) {
    this.#longest = Math.max(...ranges.map(({ length }) => length));
    if (this.#longest > 16) throw new RangeError('a code is longer than 16 bits');
    this.#entries = new Array<Entry<S> | undefined>(2 ** this.#longest).fill(undefined);
    for (const { length, first, last = first, symbol } of ranges) {
      const share = 2 ** (this.#longest - length);
      for (let next = first * share; next < (last + 1) * share; next++) {
        if (this.#entries[next] !== undefined) throw new RangeError(`code ${first} of ${length} bits begins another`);
        this.#entries[next] = { length, symbol };
      }
    }
  }

  /** A table of codes as they are printed in the standards: zeros and ones. */
  static of<S>(codes: Readonly<Record<string, S>>): PrefixCode<S> {
    return new PrefixCode(
      Object.entries(codes).map(([text, symbol]) => ({ length: text.length, first: Number.parseInt(text, 2), symbol })),
    );
  }

  /** The symbol of the code that comes next; undefined where none does, and nothing is read then. */
  read(reader: BitReader): S | undefined {
    const entry = this.#entries[reader.peek(this.#longest)];
    if (entry === undefined) return undefined;
    reader.skip(entry.length);
    return entry.symbol;
  }
}
