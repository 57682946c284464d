/** What is held for each entry beside the bytes that it says it has: the object, its numbers, its place. */
const OVERHEAD = 160;

/**
 * Entries in their order within a bound of bytes. How a call began matters most when it went wrong, and then how it ended: the
 * first half of the room keeps the beginning for good, the other half the latest.
 */
export class BoundedLog<T> {
  readonly #bound: number;
  readonly #sizeOf: (entry: T) => number;
  readonly #first: T[] = [];
  #last: T[] = [];
  /** Of `#last`: those before it were dropped. */
  #begin = 0;
  #firstBytes = 0;
  #lastBytes = 0;
  #isFull = false;
  #leftOut = 0;

  /** `bound` and `sizeOf` in bytes. */
  constructor(bound: number, sizeOf: (entry: T) => number) {
    this.#bound = bound;
    this.#sizeOf = sizeOf;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#firstBytes + this.#lastBytes;
  }

  /** Entries that were dropped. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Adds an entry; one that is larger than half the bound is left out. */
  push(entry: T): void {
    const size = this.#sizeOf(entry) + OVERHEAD;
    const half = this.#bound / 2;
    this.#isFull ||= this.#firstBytes + size > half;
    if (!this.#isFull) {
      this.#firstBytes += size;
      this.#first.push(entry);
    } else if (size > half) {
      this.#leftOut += 1;
    } else {
      this.#lastBytes += size;
      this.#last.push(entry);
      this.#drop(half);
    }
  }

  /** The entries that are held, in their order. */
  entries(): T[] {
    return [...this.#first, ...this.#last.slice(this.#begin)];
  }

  #drop(bound: number): void {
    while (this.#lastBytes > bound) {
      const oldest = this.#last[this.#begin];
      if (oldest === undefined) {
        return;
      }
      this.#lastBytes -= this.#sizeOf(oldest) + OVERHEAD;
      this.#begin += 1;
      this.#leftOut += 1;
    }
    // Those dropped stay in the array until they are as many as the others: moving all for each would be slow.
    if (this.#begin > this.#last.length / 2) {
      this.#last = this.#last.slice(this.#begin);
      this.#begin = 0;
    }
  }
}
