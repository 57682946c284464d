import { type JournalLine, type JournalRecord, lineSchema, type RecordKind } from './record.ts';

/** Records by their names, in the order of their writing. */
export type Records = Map<string, JournalRecord>;

/** The name of a record: of two with the same, the later holds. */
export function nameOf(kind: RecordKind, id: string): string {
  return `${kind} ${id}`;
}

/** What holds after all lines of a journal; lines that cannot be read, such as one that was torn, are counted. */
export function readJournal(text: string): { readonly records: Records; readonly unreadable: number } {
  const records: Records = new Map();
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line === '') {
      continue;
    }
    const read = readLine(line);
    if (read === undefined) {
      unreadable += 1;
    } else if ('gone' in read) {
      records.delete(nameOf(read.gone, read.id));
    } else {
      const name = nameOf(read.kind, read.id);
      records.delete(name);
      records.set(name, read);
    }
  }
  return { records, unreadable };
}

/** A line of the journal, its end with it. */
export function writeLine(line: JournalLine): string {
  return `${JSON.stringify(line)}\n`;
}

function readLine(line: string): JournalLine | undefined {
  try {
    const read = lineSchema.safeParse(JSON.parse(line));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
