import type { PerReader } from './per-reader.ts';
import type { PerWriter } from './per-writer.ts';

/** Reads and writes the values of one type; all throw PerError. */
export interface PartCodec {
  read(reader: PerReader): unknown;
  write(writer: PerWriter, value: unknown): void;
}
