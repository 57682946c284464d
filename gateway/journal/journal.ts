import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { nameOf, type Records, readJournal, writeLine } from './journal-text.ts';
import type { JournalRecord, RecordKind } from './record.ts';

const FILE = 'journal';
/** Bytes; a longer file is not one of ours. */
const LONGEST = 64 * 2 ** 20;
/** Lines that hold no more which a journal may have beside as many as those that hold. */
const SPARE_LINES = 1000;

/**
 * What a gateway leaves to the next one when it is killed: a file in the data folder, appended to, and written anew when
 * most of it holds no more. Every record is with the system when `put` returns, and so outlives this process; it is not forced
 * onto the disk, for after a power cut there is nobody to say goodbye to.
 */
export class Journal {
  /** What the gateway before left. */
  readonly inherited: Records;
  readonly #path: string;
  readonly #log: Pick<Logger, 'warn' | 'error'>;
  readonly #lines = new Map<string, string>();
  #file: number;
  #spare = 0;
  #failed = false;
  #closed = false;

  private constructor(path: string, inherited: Records, log: Pick<Logger, 'warn' | 'error'>) {
    this.#path = path;
    this.#log = log;
    this.inherited = inherited;
    for (const [name, record] of inherited) {
      this.#lines.set(name, writeLine(record));
    }
    this.#file = this.#writeAnew();
  }

  /** Opens the journal of a data folder, which is made where there is none. @throws the system's error */
  static open(folder: string, log: Pick<Logger, 'warn' | 'error'>): Journal {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, FILE);
    const { records, unreadable } = readJournal(textOf(path));
    if (unreadable > 0) {
      log.warn({ event: 'journal-lines-unreadable', lines: unreadable }, 'lines of the journal could not be read');
    }
    return new Journal(path, records, log);
  }

  /** Records that hold now. */
  get size(): number {
    return this.#lines.size;
  }

  /** Writes a record; it takes the place of one of the same kind and id. */
  put(record: JournalRecord): void {
    const name = nameOf(record.kind, record.id);
    const line = writeLine(record);
    this.#spare += this.#lines.delete(name) ? 1 : 0;
    this.#lines.set(name, line);
    this.#append(line);
  }

  /** Notes that something is over. */
  drop(kind: RecordKind, id: string): void {
    if (this.#lines.delete(nameOf(kind, id))) {
      this.#spare += 2;
      this.#append(writeLine({ gone: kind, id }));
    }
  }

  /** Writes no more. */
  close(): void {
    if (this.#spare > 0) {
      this.#attempt(() => this.#compact());
    }
    closeSync(this.#file);
    this.#closed = true;
  }

  #append(line: string): void {
    if (this.#closed) {
      return;
    }
    this.#attempt(() => {
      // After a failure nobody knows what of it stands in the file.
      if (this.#failed || this.#spare > SPARE_LINES + this.#lines.size) {
        this.#compact();
      } else {
        writeSync(this.#file, line);
      }
    });
  }

  /** Calls must go on where the disk is full. */
  #attempt(write: () => void): void {
    try {
      write();
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) {
        this.#log.error({ event: 'journal-failed', err: error }, 'the journal cannot be written');
      }
      this.#failed = true;
    }
  }

  #compact(): void {
    const file = this.#writeAnew();
    closeSync(this.#file);
    this.#file = file;
  }

  /** Writes what holds into a new file, which then takes the place of the old one. */
  #writeAnew(): number {
    const beside = `${this.#path}.new`;
    const file = openSync(beside, 'w', 0o600);
    try {
      writeSync(file, [...this.#lines.values()].join(''));
      renameSync(beside, this.#path);
    } catch (error) {
      closeSync(file);
      throw error;
    }
    this.#spare = 0;
    return file;
  }
}

function textOf(path: string): string {
  try {
    return statSync(path).size > LONGEST ? '' : readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
