import { PerError } from './per-error.ts';
import { bitsFor, octetsFor } from './per-reader.ts';

const FRAGMENT = 16_384;

/** Octets that a writer begins with: most messages are shorter, nearly all open types. */
const FIRST_SIZE = 256;

/** Writes the aligned variant of PER (X.691) bit by bit. */
export class PerWriter {
  /** Not cleared: an octet is set as a whole when its first bit is written. */
  #data = Buffer.allocUnsafe(FIRST_SIZE);
  /** In bits. */
  #position = 0;
  /** Writes the open types of this one, one after another. */
  #inner: PerWriter | undefined;

  /** What was written, filled up to whole octets; at least one (X.691 §11.1). */
  finish(): Buffer {
    return Buffer.from(this.#octets());
  }

  /** What `write` writes, as an open type (X.691 §11.2). */
  openType(write: (inner: PerWriter) => void): void {
    this.#inner ??= new PerWriter();
    const inner = this.#inner;
    inner.#position = 0;
    write(inner);
    this.countedOctets(inner.#octets());
  }

  bit(value: boolean): void {
    this.bits(value ? 1 : 0, 1);
  }

  /** The lowest `count` bits of `value`, 0 to 32. */
  bits(value: number, count: number): void {
    this.#reserve(count);
    let left = count;
    while (left > 0) {
      const used = this.#position & 7;
      const take = Math.min(left, 8 - used);
      left -= take;
      const part = ((value >>> left) & (0xff >> (8 - take))) << (8 - used - take);
      const index = this.#position >> 3;
      this.#data[index] = used === 0 ? part : (this.#data[index] ?? 0) | part;
      this.#position += take;
    }
  }

  align(): void {
    this.#position = (this.#position + 7) & ~7;
  }

  /** Whole octets, from the next octet boundary on. */
  octets(octets: Uint8Array): void {
    this.align();
    this.#reserve(8 * octets.length);
    this.#data.set(octets, this.#position >> 3);
    this.#position += 8 * octets.length;
  }

  constrained(value: number, lower: number, upper: number): void {
    if (!Number.isInteger(value) || value < lower || value > upper) {
      throw new PerError('out-of-range');
    }
    const [range, offset] = [upper - lower + 1, value - lower];
    if (range <= 255) {
      this.bits(offset, bitsFor(range));
    } else if (range <= 256) {
      this.align();
      this.bits(offset, 8);
    } else if (range <= 65_536) {
      this.align();
      this.bits(offset, 16);
    } else {
      const octets = unsigned(offset);
      this.constrained(octets.length, 1, octetsFor(range - 1));
      this.octets(octets);
    }
  }

  semiConstrained(value: number, lower: number): void {
    if (!Number.isSafeInteger(value) || value < lower) {
      throw new PerError('out-of-range');
    }
    this.countedOctets(unsigned(value - lower));
  }

  unconstrained(value: number): void {
    if (!Number.isSafeInteger(value) || Math.abs(value) >= 2 ** 47) {
      throw new PerError('out-of-range');
    }
    let length = 1;
    while (value < -(2 ** (8 * length - 1)) || value >= 2 ** (8 * length - 1)) {
      length += 1;
    }
    const octets = Buffer.alloc(length);
    octets.writeIntBE(value, 0, length);
    this.countedOctets(octets);
  }

  normallySmall(value: number): void {
    this.bit(value > 63);
    if (value > 63) {
      this.semiConstrained(value, 0);
    } else {
      this.bits(value, 6);
    }
  }

  normallySmallLength(length: number): void {
    this.bit(length > 64);
    if (length > 64) {
      this.shortLength(length);
    } else {
      this.bits(length - 1, 6);
    }
  }

  /** Throws `too-large` from 16K on. */
  shortLength(length: number): void {
    if (length >= FRAGMENT) {
      throw new PerError('too-large');
    }
    this.align();
    if (length < 0x80) {
      this.bits(length, 8);
    } else {
      this.bits(0x8000 + length, 16);
    }
  }

  /** Octets behind an unconstrained length determinant, in fragments from 16K on. */
  countedOctets(octets: Uint8Array): void {
    let start = 0;
    while (octets.length - start >= FRAGMENT) {
      const multiple = Math.min(4, Math.floor((octets.length - start) / FRAGMENT));
      this.align();
      this.bits(0xc0 + multiple, 8);
      this.octets(octets.subarray(start, start + multiple * FRAGMENT));
      start += multiple * FRAGMENT;
    }
    this.shortLength(octets.length - start);
    this.octets(octets.subarray(start));
  }

  #octets(): Buffer {
    if (this.#position === 0) {
      this.bits(0, 8);
    }
    return this.#data.subarray(0, (this.#position + 7) >> 3);
  }

  #reserve(bits: number): void {
    const needed = (this.#position + bits + 7) >> 3;
    if (needed > this.#data.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#data.length));
      this.#data.copy(larger);
      this.#data = larger;
    }
  }
}

function unsigned(value: number): Buffer {
  const octets = Buffer.alloc(octetsFor(value));
  let rest = value;
  for (let index = octets.length - 1; index >= 0; index--) {
    octets[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return octets;
}
