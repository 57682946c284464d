/** The rate of a stream over a window of time, from running sums of octets. Times in ms. */
export class BitRate {
  readonly #window: number;
  #sums: { readonly bytes: number; readonly at: number }[] = [];

  /** `window` in ms. */
  constructor(window: number) {
    this.#window = window;
  }

  /** So many octets had come in all by `at`. */
  add(bytes: number, at: number): void {
    this.#sums.push({ bytes, at });
    // The newest of those that are older than the window is where it begins.
    const begin = this.#sums.findLastIndex((sum) => sum.at <= at - this.#window);
    this.#sums = this.#sums.slice(Math.max(0, begin));
  }

  /** bit/s; undefined before time has passed. */
  get value(): number | undefined {
    const [first, last] = [this.#sums[0], this.#sums.at(-1)];
    return first === undefined || last === undefined || last.at <= first.at
      ? undefined
      : ((last.bytes - first.bytes) * 8000) / (last.at - first.at);
  }
}
