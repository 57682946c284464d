/** How much one source may spend. */
export interface Allowance {
  /** What may be spent at once. */
  readonly burst: number;
  /** What comes back of it in a second. */
  readonly rate: number;
}

/** What one source has spent, at a time. */
interface Spent {
  readonly spent: number;
  readonly at: number;
}

/**
 * A token bucket for each source, of those alone that have spent something. Bounded: the source that spent longest ago is
 * forgotten first, as if it had spent nothing. Times in ms; a clock that steps back gives nothing back.
 */
export class SourceBudgets {
  readonly #capacity: number;
  readonly #spent = new Map<string, Spent>();

  /** @param capacity sources that are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#spent.size;
  }

  /** Spends. @returns false where the source had not so much left: then nothing is left to it */
  spend(source: string, cost: number, { burst, rate }: Allowance, now: number): boolean {
    const wanted = this.#of(source, rate, now) + cost;
    // Taken out and put in, so that the order of the table is that of the last spending.
    this.#spent.delete(source);
    this.#spent.set(source, { spent: Math.min(wanted, burst), at: now });
    const [oldest] = this.#spent.keys();
    if (this.#spent.size > this.#capacity && oldest !== undefined) this.#spent.delete(oldest);
    return wanted <= burst;
  }

  /** What the source has left. */
  left(source: string, { burst, rate }: Allowance, now: number): number {
    return Math.max(0, burst - this.#of(source, rate, now));
  }

  /** Gives back what the source has spent, so much at the most. */
  giveBack(source: string, most: number, { rate }: Allowance, now: number): void {
    const entry = this.#spent.get(source);
    if (entry === undefined) return;
    // In its place: the order of the table is that of the last spending.
    this.#spent.set(source, { spent: Math.max(0, this.#of(source, rate, now) - most), at: Math.max(entry.at, now) });
  }

  /** Forgets what the source has spent. */
  forgive(source: string): void {
    this.#spent.delete(source);
  }

  #of(source: string, rate: number, now: number): number {
    const entry = this.#spent.get(source);
    if (entry === undefined) return 0;
    return Math.max(0, entry.spent - (Math.max(0, now - entry.at) / 1000) * rate);
  }
}
