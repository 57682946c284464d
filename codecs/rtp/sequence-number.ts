/**
 * The way from one 16-bit sequence number to another, the shorter way round the wrap (RFC 3550 §5.1, RFC 1982).
 * @returns -32768 to 32767; positive where `to` is newer.
 */
export function sequenceNumberDelta(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/**
 * The way from one 32-bit RTP timestamp to another, the shorter way round the wrap.
 * @returns -2^31 to 2^31 - 1; positive where `to` is later.
 */
export function timestampDelta(from: number, to: number): number {
  return (to - from) | 0;
}

/**
 * Turns 16-bit sequence numbers into numbers that never wrap: the first is taken as it is, each other one is placed at the
 * nearest distance from the highest seen. Packets from before the first one become smaller, even negative, numbers.
 */
export class SequenceUnwrapper {
  #highest: number | undefined;

  /** The highest number returned so far; undefined before the first. */
  get highest(): number | undefined {
    return this.#highest;
  }

  /** @param sequenceNumber 0 to 65535. */
  unwrap(sequenceNumber: number): number {
    if (this.#highest === undefined) {
      this.#highest = sequenceNumber;
      return sequenceNumber;
    }
    const extended = this.#highest + sequenceNumberDelta(this.#highest, sequenceNumber);
    if (extended > this.#highest) this.#highest = extended;
    return extended;
  }
}

/** The same for 32-bit RTP timestamps. */
export class TimestampUnwrapper {
  #highest: number | undefined;

  /** The highest number returned so far; undefined before the first. */
  get highest(): number | undefined {
    return this.#highest;
  }

  /** @param timestamp 0 to 2^32 - 1. */
  unwrap(timestamp: number): number {
    if (this.#highest === undefined) {
      this.#highest = timestamp;
      return timestamp;
    }
    const extended = this.#highest + timestampDelta(this.#highest, timestamp);
    if (extended > this.#highest) this.#highest = extended;
    return extended;
  }
}
