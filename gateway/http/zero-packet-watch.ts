/** ms that a stream may take to bring its first packet. */
const PATIENCE = 10_000;

/** Finds the streams that should bring packets and never brought one. */
export class ZeroPacketWatch {
  readonly #since = new Map<string, number>();
  readonly #told = new Set<string>();

  /**
   * What is known of a stream at `now` (ms): whether packets are expected, and how many came since it began.
   * @returns whether it has just been found to bring none; each is found once
   */
  report(stream: string, expected: boolean, packets: number, now: number): boolean {
    if (!expected || packets > 0) {
      this.#since.delete(stream);
      return false;
    }
    const since = this.#since.get(stream) ?? now;
    this.#since.set(stream, since);
    if (now - since < PATIENCE || this.#told.has(stream)) {
      return false;
    }
    this.#told.add(stream);
    return true;
  }

  /** Forgets all streams but these. */
  keep(streams: ReadonlySet<string>): void {
    for (const known of [this.#since, this.#told]) {
      for (const stream of known.keys()) {
        if (!streams.has(stream)) {
          known.delete(stream);
        }
      }
    }
  }
}
