import type { LegRecord } from './resume-record.ts';

/** What the gateway keeps of each leg for an engine to come: the newest record, as long as the leg is wanted. */
export class ResumeRecords {
  readonly #records = new Map<string, LegRecord>();
  #wanted: ReadonlySet<string> = new Set();

  /** The legs that are wanted from now on; those of others are dropped. */
  keep(legs: ReadonlySet<string>): void {
    this.#wanted = legs;
    for (const leg of this.#records.keys()) {
      if (!legs.has(leg)) {
        this.#records.delete(leg);
      }
    }
  }

  /** An engine told of its legs. */
  take(records: readonly LegRecord[]): void {
    for (const record of records) {
      if (this.#wanted.has(record.leg)) {
        this.#records.set(record.leg, record);
      }
    }
  }

  get all(): LegRecord[] {
    return [...this.#records.values()];
  }
}
