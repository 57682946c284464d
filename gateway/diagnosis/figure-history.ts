import type { FlowFigures } from './flow-figures.ts';
import type { FiguresEntry } from './trace-entry.ts';

/** Bytes of one report in memory, about: counters of two streams both ways. */
const REPORT_BYTES = 600;

/**
 * The reports of a leg over all of its call in bounded room: half of it for the latest, second by second; the other half for all
 * before, evenly, with distances that double whenever it is full.
 */
export class FigureHistory {
  readonly #half: number;
  #before: FiguresEntry[] = [];
  #latest: FiguresEntry[] = [];
  /** Every so manieth of those that leave the latest is kept. */
  #stride = 1;
  #left = 0;

  /** `bound` in bytes. */
  constructor(bound: number) {
    this.#half = Math.max(4, Math.floor(bound / REPORT_BYTES / 2));
  }

  /** Bytes held, about. */
  get bytes(): number {
    return (this.#before.length + this.#latest.length) * REPORT_BYTES;
  }

  /** `at`: Unix time, ms. */
  push(at: number, figures: FlowFigures): void {
    this.#latest.push({ kind: 'figures', at, figures });
    const leaving = this.#latest.length > this.#half ? this.#latest.shift() : undefined;
    if (leaving === undefined) {
      return;
    }
    if (this.#left % this.#stride === 0) {
      this.#before.push(leaving);
    }
    this.#left += 1;
    if (this.#before.length > this.#half) {
      this.#before = this.#before.filter((_, index) => index % 2 === 0);
      this.#stride *= 2;
    }
  }

  entries(): readonly FiguresEntry[] {
    return [...this.#before, ...this.#latest];
  }
}
