import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Which sources an engine is decoding, where it can still be read when a bitstream has killed the engine: a file without a name that
 * the gateway opens and the engine inherits. A slot for each decoder: a state, the length of the leg's id, the id.
 */

const SLOTS = 512;
const SLOT_BYTES = 516;
const NAME_AT = 3;
const LARGEST_NAME = SLOT_BYTES - NAME_AT;
const FILE_BYTES = SLOTS * SLOT_BYTES;

const IDLE = 0;
const DECODING = 1;
const STUCK = 2;

/** Beats of a thread (250 ms) after which a decode will not come back: 5 s in which the thread itself was at work. */
const BEATS_OF_STUCK = 20;

/** The gateway's end. */
export class DecodeMarksFile {
  readonly fd: number;

  private constructor(fd: number) {
    this.fd = fd;
  }

  /** An empty file. @throws the system's error where there is no folder for it */
  static open(): DecodeMarksFile {
    const path = join(tmpdir(), `classbridge-decoding-${randomUUID()}`);
    const fd = openSync(path, 'wx+', 0o600);
    // Nobody else needs its name, and nothing is left behind however we end.
    unlinkSync(path);
    return new DecodeMarksFile(fd);
  }

  /** The legs in decoders, or those alone whose decoders are stuck. */
  read(): string[] {
    const file = Buffer.alloc(FILE_BYTES);
    const length = readSync(this.fd, file, 0, FILE_BYTES, 0);
    const marked = new Map<number, string[]>([
      [DECODING, []],
      [STUCK, []],
    ]);
    for (let at = 0; at + NAME_AT <= length; at += SLOT_BYTES) {
      const nameBytes = Math.min(file.readUInt16LE(at + 1), LARGEST_NAME);
      marked.get(file.readUInt8(at))?.push(file.toString('utf8', at + NAME_AT, at + NAME_AT + nameBytes));
    }
    const stuck = marked.get(STUCK) ?? [];
    return stuck.length > 0 ? stuck : (marked.get(DECODING) ?? []);
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** A source's slot. Decodes of one source may overlap. */
export interface DecodeMark {
  begin(): void;
  end(): void;
  /** Gives the slot back when no decode is under way any more. */
  close(): void;
}

interface Slot {
  readonly index: number;
  underWay: number;
  closed: boolean;
  beats: number;
}

/** The engine's end. */
export class DecodeMarks {
  readonly #fd: number | undefined;
  readonly #free = Array.from({ length: SLOTS }, (_, index) => index);
  readonly #busy = new Set<Slot>();

  /** `fd`: the inherited file; without one nothing is written. */
  constructor(fd: number | undefined) {
    this.#fd = fd;
  }

  /** A slot for the decoder of a leg. More sources than there are slots go unmarked. */
  open(leg: string): DecodeMark {
    const index = this.#free.shift();
    if (index === undefined) {
      return { begin: () => undefined, end: () => undefined, close: () => undefined };
    }
    const slot: Slot = { index, underWay: 0, closed: false, beats: 0 };
    const name = Buffer.from(leg).subarray(0, LARGEST_NAME);
    const entry = Buffer.alloc(NAME_AT + name.length);
    entry.writeUInt16LE(name.length, 1);
    name.copy(entry, NAME_AT);
    this.#write(entry, index * SLOT_BYTES);
    return {
      begin: () => this.#begin(slot),
      end: () => this.#end(slot),
      close: () => {
        slot.closed = true;
        this.#giveBack(slot);
      },
    };
  }

  /** A beat of the thread has passed. @returns whether a decode is stuck; it is marked as such */
  beat(): boolean {
    let isStuck = false;
    for (const slot of this.#busy) {
      slot.beats += 1;
      if (slot.beats >= BEATS_OF_STUCK) {
        this.#state(slot, STUCK);
        isStuck = true;
      }
    }
    return isStuck;
  }

  #begin(slot: Slot): void {
    slot.underWay += 1;
    if (slot.underWay === 1) {
      this.#busy.add(slot);
      this.#state(slot, DECODING);
    }
  }

  #end(slot: Slot): void {
    slot.underWay -= 1;
    slot.beats = 0;
    if (slot.underWay === 0) {
      this.#busy.delete(slot);
      this.#state(slot, IDLE);
      this.#giveBack(slot);
    }
  }

  #giveBack(slot: Slot): void {
    if (slot.closed && slot.underWay === 0) {
      this.#free.push(slot.index);
    }
  }

  #state({ index }: Slot, state: number): void {
    this.#write(Buffer.of(state), index * SLOT_BYTES);
  }

  #write(bytes: Uint8Array, at: number): void {
    if (this.#fd !== undefined) {
      writeSync(this.#fd, bytes, 0, bytes.length, at);
    }
  }
}
