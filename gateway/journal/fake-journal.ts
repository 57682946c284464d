import type { JournalRecord } from './record.ts';

/** A journal of tests: what stands in it now. */
export class FakeJournal {
  readonly records = new Map<string, JournalRecord>();

  put(record: JournalRecord): void {
    this.records.set(record.id, record);
  }

  drop(_kind: string, id: string): void {
    this.records.delete(id);
  }
}
