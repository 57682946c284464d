/** Beats that are made up for when the thread was held up; of more the oldest are given up. */
const MOST_MADE_UP = 4;

/**
 * The beats of the mix, at equal distances whatever the thread was held up by: a source of as many pictures loses one with each beat
 * that is left out. Pure; times in ms.
 */
export class PictureBeat {
  readonly #distance: number;
  #next: number;

  /** The first beat is at `begin`. */
  constructor(begin: number, distance: number) {
    this.#next = begin;
    this.#distance = distance;
  }

  /** When the next beat is. */
  get next(): number {
    return this.#next;
  }

  /** The beats whose time has come at `now`, and how many before them are given up. */
  due(now: number): { readonly beats: readonly number[]; readonly givenUp: number } {
    const count = now < this.#next ? 0 : 1 + Math.floor((now - this.#next) / this.#distance);
    const givenUp = Math.max(0, count - MOST_MADE_UP);
    const first = this.#next + givenUp * this.#distance;
    this.#next += count * this.#distance;
    return { beats: Array.from({ length: count - givenUp }, (_, index) => first + index * this.#distance), givenUp };
  }
}
