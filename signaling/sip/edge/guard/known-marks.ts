/** ms that a mark is remembered: until the same lesson of the next week, and a day. */
const REMEMBERED = 8 * 86_400_000;

/** How much is kept. */
export interface KnownMarksLimits {
  readonly marks: number;
  /** Of one source. */
  readonly marksPerSource: number;
}

/**
 * By what the rooms of each source are known that proved themselves: whoever forges their address does not see it. Bounded: of one
 * source the mark proven longest ago is forgotten first, of all sources that one whose last proof is longest ago.
 */
export class KnownMarks {
  readonly #limits: KnownMarksLimits;
  /** The time (ms) until which a mark is remembered, by source and mark. */
  readonly #sources = new Map<string, Map<string, number>>();
  #size = 0;

  constructor(limits: KnownMarksLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** A room of this source proved itself. */
  learn(source: string, mark: string, now: number): void {
    const marks = this.#sources.get(source) ?? new Map<string, number>();
    // Taken out and put in, so that the order of both tables is that of the last proof.
    this.#sources.delete(source);
    this.#sources.set(source, marks);
    if (!marks.delete(mark)) this.#size += 1;
    marks.set(mark, now + REMEMBERED);
    const [oldest] = marks.keys();
    if (marks.size > this.#limits.marksPerSource && oldest !== undefined) {
      marks.delete(oldest);
      this.#size -= 1;
    }
    while (this.#size > this.#limits.marks) this.#forgetOldest();
  }

  /** Whether a room of this source is known by this mark. */
  has(source: string, mark: string, now: number): boolean {
    return (this.#sources.get(source)?.get(mark) ?? 0) > now;
  }

  /** Whether marks of this source are kept. */
  hasAny(source: string): boolean {
    return this.#sources.has(source);
  }

  #forgetOldest(): void {
    for (const [source, marks] of this.#sources) {
      this.#sources.delete(source);
      this.#size -= marks.size;
      return;
    }
  }
}
