/** A flash and a beep that are further apart than this are not of the same moment, ms. */
const FURTHEST = 450;
/** Moments that wait for their counterpart. */
const KEPT = 8;

/** Pairs the flashes of a source with its beeps: how late the sound is against the picture. Times in ms, of one clock. */
export class Skew {
  readonly #flashes: number[] = [];
  readonly #beeps: number[] = [];
  readonly #values: number[] = [];

  /** Each pair's skew in ms: positive where the sound was late. */
  get values(): readonly number[] {
    return this.#values;
  }

  flash(at: number): void {
    this.#pair(at, this.#flashes, this.#beeps, (beep) => beep - at);
  }

  beep(at: number): void {
    this.#pair(at, this.#beeps, this.#flashes, (flash) => at - flash);
  }

  #pair(at: number, own: number[], others: number[], skewTo: (other: number) => number): void {
    const index = others.findIndex((other) => Math.abs(other - at) <= FURTHEST);
    const [other] = index < 0 ? [] : others.splice(index, 1);
    if (other !== undefined) {
      this.#values.push(skewTo(other));
      return;
    }
    own.push(at);
    if (own.length > KEPT) {
      own.shift();
    }
  }
}
