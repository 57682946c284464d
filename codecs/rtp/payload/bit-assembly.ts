const FIRST_CAPACITY = 4096;

/** Puts pieces of a bit stream together that begin and end anywhere within octets. */
export class BitAssembly {
  #octets = Buffer.alloc(FIRST_CAPACITY);
  #bits = 0;

  /** Octets, the last one perhaps not full. */
  get length(): number {
    return Math.ceil(this.#bits / 8);
  }

  /**
   * Adds a piece.
   * @param sbit bits at the beginning of its first octet that are not part of it, 0 to 7.
   * @param ebit bits at the end of its last octet that are not part of it, 0 to 7.
   */
  append(piece: Uint8Array, sbit: number, ebit: number): void {
    const count = piece.length * 8 - sbit - ebit;
    if (count <= 0) return;
    this.#reserve(this.#bits + count);
    const shift = this.#bits & 7;
    let place = this.#bits >> 3;
    for (let taken = 0, index = 0; taken < count; taken += 8, index++, place++) {
      let octet = (((piece[index] ?? 0) << sbit) | ((piece[index + 1] ?? 0) >> (8 - sbit))) & 0xff;
      if (count - taken < 8) octet &= 0xff << (8 - (count - taken));
      this.#octets[place] = (this.#octets[place] ?? 0) | (octet >> shift);
      if (shift > 0) this.#octets[place + 1] = (octet << (8 - shift)) & 0xff;
    }
    this.#bits += count;
  }

  /** What comes next begins an octet; the bits before it are zero. */
  align(): void {
    this.#bits = this.length * 8;
  }

  /** All that was added, to the end of the octet: a copy with memory of its own, which can be handed to another thread. */
  take(): Buffer {
    const octets = Buffer.alloc(this.length);
    this.#octets.copy(octets, 0, 0, this.length);
    return octets;
  }

  #reserve(bits: number): void {
    // One octet more: a piece that is shifted touches the octet behind its end.
    const needed = Math.ceil(bits / 8) + 1;
    if (needed <= this.#octets.length) return;
    const larger = Buffer.alloc(Math.max(needed, 2 * this.#octets.length));
    larger.set(this.#octets);
    this.#octets = larger;
  }
}
