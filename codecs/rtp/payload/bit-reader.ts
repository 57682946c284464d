/** Reads bits and Exp-Golomb codes from a raw byte sequence payload (H.264 §7.2, §9.1). */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;
  #overrun = false;

  /** @param bytes without emulation prevention octets. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether more was read than there is, or a code was longer than the standard allows: what was read is then worthless. */
  get overrun(): boolean {
    return this.#overrun;
  }

  /** Bits read so far. */
  get position(): number {
    return this.#position;
  }

  /** Goes to a place, in bits from the beginning. */
  seek(position: number): void {
    this.#position = position;
  }

  /** u(1). Returns 0 behind the end. */
  bit(): number {
    const byte = this.#bytes[this.#position >> 3];
    if (byte === undefined) {
      this.#overrun = true;
      return 0;
    }
    const bit = (byte >> (7 - (this.#position & 7))) & 1;
    this.#position++;
    return bit;
  }

  /** The next bits without going on; zeros behind the end. @param count 0 to 16. */
  peek(count: number): number {
    const at = this.#position >> 3;
    const octets = ((this.#bytes[at] ?? 0) << 16) | ((this.#bytes[at + 1] ?? 0) << 8) | (this.#bytes[at + 2] ?? 0);
    return (octets >> (24 - (this.#position & 7) - count)) & ((1 << count) - 1);
  }

  /** Passes over bits. */
  skip(count: number): void {
    this.#position += count;
    if (this.#position > this.#bytes.length * 8) this.#overrun = true;
  }

  /** u(1) as a flag. */
  flag(): boolean {
    return this.bit() === 1;
  }

  /** u(n). @param count 0 to 32. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  /** ue(v): 0 to 2^32 - 2. */
  unsignedExpGolomb(): number {
    let leadingZeros = 0;
    while (!this.#overrun && this.bit() === 0) {
      if (++leadingZeros > 31) {
        this.#overrun = true;
        return 0;
      }
    }
    return 2 ** leadingZeros - 1 + this.bits(leadingZeros);
  }

  /** se(v). */
  signedExpGolomb(): number {
    const code = this.unsignedExpGolomb();
    return code % 2 === 0 ? 0 - code / 2 : (code + 1) / 2;
  }
}

/** Takes the emulation prevention octets out of a NAL unit (H.264 §7.3.1). Copies. */
export function removeEmulationPrevention(unit: Uint8Array): Uint8Array {
  const payload = new Uint8Array(unit.length);
  let length = 0;
  let zeros = 0;
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    payload[length++] = byte;
  }
  return payload.subarray(0, length);
}
