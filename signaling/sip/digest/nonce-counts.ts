/** Nonces in use at a time whose counts are kept. */
const CAPACITY = 32_768;

/**
 * Sees to it that no request is accepted twice (RFC 7616 §3.4, `nc`): each use of a nonce must count higher than the one
 * before. Bounded: where the table is full the nonce first used longest ago is forgotten, and with it every nonce issued
 * before it that is not in the table, so that forgetting never lets a repetition pass.
 */
export class NonceCounts {
  readonly #capacity: number;
  readonly #used = new Map<string, { readonly issued: number; highest: number }>();
  /** Nonces issued at this time (ms) or before and not in the table are too old to tell. */
  #floor = Number.NEGATIVE_INFINITY;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  /** Nonces that are kept. */
  get size(): number {
    return this.#used.size;
  }

  /**
   * Notes a use of a nonce that was issued at `issued` (ms); call it for proven credentials alone.
   * @returns false where this count was used before, or might have been
   */
  use(nonce: string, issued: number, count: number): boolean {
    const known = this.#used.get(nonce);
    if (known !== undefined) {
      if (count <= known.highest) return false;
      known.highest = count;
      return true;
    }
    if (issued <= this.#floor || count < 1) return false;
    if (this.#used.size >= this.#capacity) this.#forgetOldest();
    this.#used.set(nonce, { issued, highest: count });
    return true;
  }

  /** Forgets nonces issued before this time (ms): they are stale by their age. */
  forgetBefore(time: number): void {
    for (const [nonce, { issued }] of this.#used) {
      // In the order of first use, which is nearly that of issue: what is left behind goes at a later call.
      if (issued >= time) return;
      this.#used.delete(nonce);
    }
  }

  #forgetOldest(): void {
    for (const [nonce, { issued }] of this.#used) {
      this.#floor = Math.max(this.#floor, issued);
      this.#used.delete(nonce);
      return;
    }
  }
}
