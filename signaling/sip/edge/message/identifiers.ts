import { MAGIC_COOKIE } from './via.ts';

/** A source of random bytes: `node:crypto` in service, a seeded one in tests. */
export type RandomBytes = (size: number) => Uint8Array;

/** How many random bytes are drawn at once. */
const STOCK_BYTES = 1_024;

/** Makes the random identifiers of SIP and of the control protocol. */
export class Identifiers {
  readonly #random: RandomBytes;
  /** Random bytes in stock: one call for many is cheaper than one call each. */
  #stock: Buffer = Buffer.alloc(0);

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  /** A branch: unique over space and time (RFC 3261 §8.1.1.7). */
  branch(): string {
    return `${MAGIC_COOKIE}${this.#hex(12)}`;
  }

  /** A tag with 64 bits of randomness; RFC 3261 §19.3 asks for 32. */
  tag(): string {
    return this.#hex(8);
  }

  /** A version 4 UUID (RFC 9562 §5.4). */
  uuid(): string {
    const bytes = this.#take(16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** A first sequence number, 1 to 2^24: leaves room to count up below 2^31 (RFC 3261 §8.1.1.5, RFC 3262 §3). */
  firstSequence(): number {
    return this.#take(3).readUIntBE(0, 3) + 1;
  }

  /** A number in [0, 1), evenly spread over 2^32 values. */
  fraction(): number {
    return this.#take(4).readUInt32BE(0) / 2 ** 32;
  }

  #hex(size: number): string {
    return this.#take(size).toString('hex');
  }

  /** Bytes that are given out once. */
  #take(size: number): Buffer {
    if (this.#stock.length < size) this.#stock = Buffer.from(this.#random(STOCK_BYTES));
    const taken = this.#stock.subarray(0, size);
    this.#stock = this.#stock.subarray(size);
    return taken;
  }
}
