import { PerError } from './per-error.ts';

/** Parts of one message, over all depths: H.245's largest capability sets have some thousands. */
const MAXIMUM_PARTS = 50_000;
/** H.245's deepest honest values are at about 20. */
const MAXIMUM_DEPTH = 64;
const FRAGMENT = 16_384;

/** What one message may still cost, over all the open types inside it. */
interface Allowance {
  parts: number;
  depth: number;
}

/** Reads the aligned variant of PER (X.691) bit by bit. Every method throws PerError `truncated` before it reads past the end. */
export class PerReader {
  readonly #data: Uint8Array;
  readonly #allowance: Allowance;
  /** In bits. */
  #position = 0;

  constructor(data: Uint8Array, allowance: Allowance = { parts: MAXIMUM_PARTS, depth: MAXIMUM_DEPTH }) {
    this.#data = data;
    this.#allowance = allowance;
  }

  /** Octets that have not been begun. */
  get remaining(): number {
    return this.#data.length - Math.ceil(this.#position / 8);
  }

  /** Counts a part: throws `too-large` where a message has more than any honest one. */
  countPart(): void {
    this.#allowance.parts -= 1;
    if (this.#allowance.parts < 0) {
      throw new PerError('too-large');
    }
  }

  /** Goes a level deeper, until `leave`: throws `too-large` where no honest message goes. */
  enter(): void {
    this.#allowance.depth -= 1;
    if (this.#allowance.depth < 0) {
      throw new PerError('too-large');
    }
  }

  /** Comes back from a level. */
  leave(): void {
    this.#allowance.depth += 1;
  }

  bit(): boolean {
    const position = this.#position;
    const octet = this.#data[position >> 3];
    if (octet === undefined) {
      throw new PerError('truncated');
    }
    this.#position = position + 1;
    return ((octet >> (7 - (position & 7))) & 1) === 1;
  }

  /** 0 to 32 bits as a number. */
  bits(count: number): number {
    if (this.#position + count > this.#data.length * 8) {
      throw new PerError('truncated');
    }
    let value = 0;
    let left = count;
    while (left > 0) {
      const octet = this.#data[this.#position >> 3] ?? 0;
      const inOctet = 8 - (this.#position & 7);
      const take = Math.min(left, inOctet);
      value = value * (1 << take) + ((octet >> (inOctet - take)) & (0xff >> (8 - take)));
      this.#position += take;
      left -= take;
    }
    return value;
  }

  /** Goes on at the next octet. */
  align(): void {
    this.#position = (this.#position + 7) & ~7;
  }

  /** Whole octets, from the next octet boundary on; they share the message's memory. */
  octets(count: number): Uint8Array {
    this.align();
    const start = this.#position >> 3;
    if (start + count > this.#data.length) {
      throw new PerError('truncated');
    }
    this.#position += 8 * count;
    return this.#data.subarray(start, start + count);
  }

  /** A constrained whole number (X.691 §11.5). */
  constrained(lower: number, upper: number): number {
    const range = upper - lower + 1;
    let offset: number;
    if (range <= 255) {
      offset = this.bits(bitsFor(range));
    } else if (range <= 256) {
      this.align();
      offset = this.bits(8);
    } else if (range <= 65_536) {
      this.align();
      offset = this.bits(16);
    } else {
      const length = this.constrained(1, octetsFor(range - 1));
      offset = unsigned(this.octets(length));
    }
    if (offset >= range) {
      throw new PerError('out-of-range');
    }
    return lower + offset;
  }

  /** A semi-constrained whole number (§11.7): at least `lower`. Throws `out-of-range` past what a double holds exactly. */
  semiConstrained(lower: number): number {
    const value = lower + unsigned(this.octets(this.shortLength()));
    if (!Number.isSafeInteger(value)) {
      throw new PerError('out-of-range');
    }
    return value;
  }

  /** An unconstrained whole number (§11.8), two's complement. Throws `out-of-range` past what a double holds exactly. */
  unconstrained(): number {
    const octets = this.octets(this.shortLength());
    const sign = (octets[0] ?? 0) & 0x80 ? 2 ** (8 * octets.length) : 0;
    const value = unsigned(octets) - sign;
    if (octets.length === 0 || octets.length > 6) {
      throw new PerError('out-of-range');
    }
    return value;
  }

  /** A normally small non-negative whole number (§11.6): indices of extensions. */
  normallySmall(): number {
    return this.bit() ? this.semiConstrained(0) : this.bits(6);
  }

  /** A normally small length (§11.9.3.4): how many extension additions there are, from 1. */
  normallySmallLength(): number {
    return this.bit() ? this.shortLength() : this.bits(6) + 1;
  }

  /** An unconstrained length determinant (§11.9.3) below 16K. Throws `too-large` for fragments. */
  shortLength(): number {
    const { length, isFragment } = this.#lengthDeterminant();
    if (isFragment) {
      throw new PerError('too-large');
    }
    return length;
  }

  /** Octets behind an unconstrained length determinant, put together where they come in fragments (§11.9.3.8). */
  countedOctets(): Uint8Array {
    const { length, isFragment } = this.#lengthDeterminant();
    let whole = this.octets(length);
    for (let goesOn = isFragment; goesOn; ) {
      const next = this.#lengthDeterminant();
      whole = Buffer.concat([whole, this.octets(next.length)]);
      goesOn = next.isFragment;
    }
    return whole;
  }

  /** What is inside an open type (§11.2). */
  openType(): PerReader {
    return new PerReader(this.countedOctets(), this.#allowance);
  }

  #lengthDeterminant(): { readonly length: number; readonly isFragment: boolean } {
    this.align();
    const first = this.bits(8);
    if (first < 0x80) {
      return { length: first, isFragment: false };
    }
    if (first < 0xc0) {
      return { length: (first & 0x3f) * 256 + this.bits(8), isFragment: false };
    }
    const multiple = first & 0x3f;
    if (multiple < 1 || multiple > 4) {
      throw new PerError('out-of-range');
    }
    return { length: multiple * FRAGMENT, isFragment: true };
  }
}

/** Bits that number `range` things. */
export function bitsFor(range: number): number {
  return range <= 1 ? 0 : 32 - Math.clz32(range - 1);
}

/** Octets that hold `greatest`. */
export function octetsFor(greatest: number): number {
  let octets = 1;
  for (let rest = Math.floor(greatest / 256); rest > 0; rest = Math.floor(rest / 256)) {
    octets += 1;
  }
  return octets;
}

function unsigned(octets: Uint8Array): number {
  let value = 0;
  for (const octet of octets) {
    value = value * 256 + octet;
  }
  return value;
}
