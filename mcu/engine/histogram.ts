import type { HistogramFigures } from './protocol.ts';

/** Counts observations under growing bounds, as Prometheus does. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` in growing order, in the unit of the observations. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    this.#sum += value;
    const place = this.#bounds.findIndex((bound) => value <= bound);
    const index = place < 0 ? this.#bounds.length : place;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** Cumulative counts: `counts[i]` observations at or under `bounds[i]`, the last one all of them. */
  figures(): HistogramFigures {
    let total = 0;
    const counts = this.#counts.map((count) => {
      total += count;
      return total;
    });
    return { bounds: [...this.#bounds], counts, sum: this.#sum };
  }
}
