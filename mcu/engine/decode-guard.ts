import type { DecodeMark, DecodeMarks } from './decode-marks.ts';

/** What stands around every decode of one source. */
export interface SourceGuard {
  /** Runs a decode of these octets. */
  run<T>(data: Uint8Array, decode: () => Promise<T>): Promise<T>;
  close(): void;
}

/**
 * Marks who is being decoded, and lets suspects do so only one at a time: should one of them kill the engine, it is known which.
 */
export class DecodeGuard {
  readonly #marks: DecodeMarks;
  readonly #trap: (data: Uint8Array) => void;
  #suspects: ReadonlySet<string> = new Set();
  #turn: Promise<unknown> = Promise.resolve();

  /** `trap` is called while a decode is under way; tests give one. */
  constructor(marks: DecodeMarks, trap: (data: Uint8Array) => void = () => undefined) {
    this.#marks = marks;
    this.#trap = trap;
  }

  /** The legs that are decoded one at a time from now on. */
  suspect(legs: readonly string[]): void {
    this.#suspects = new Set(legs);
  }

  /** The guard of a leg's source. */
  open(leg: string): SourceGuard {
    const mark = this.#marks.open(leg);
    return {
      run: (data, decode) => {
        if (!this.#suspects.has(leg)) {
          return this.#marked(mark, data, decode);
        }
        const turn = this.#turn.then(() => this.#marked(mark, data, decode));
        this.#turn = turn.catch(() => undefined);
        return turn;
      },
      close: () => mark.close(),
    };
  }

  async #marked<T>(mark: DecodeMark, data: Uint8Array, decode: () => Promise<T>): Promise<T> {
    mark.begin();
    try {
      const decoding = decode();
      this.#trap(data);
      return await decoding;
    } finally {
      mark.end();
    }
  }
}
