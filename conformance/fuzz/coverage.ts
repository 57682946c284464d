import { Session } from 'node:inspector';

/** The code whose branches count: what reads, here and in the packages that read for us. */
const READERS = /\/(?:codecs|signaling)\/(?!.*\/mutation\.ts$).*\.ts$|\/node_modules\/sdp-transform\//;

/** Which characters of a file ran since the last look. */
export interface RunCode {
  readonly url: string;
  /** 1 for each character that ran. */
  readonly ran: Uint8Array;
  /** Offsets at which blocks of code begin or end. */
  readonly boundaries: readonly number[];
}

/** Tells which code ran, by V8's block coverage of this thread. Sees only files that are loaded after `start`. */
export class Coverage {
  readonly #session = new Session();

  start(): void {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', {
      callCount: true,
      detailed: true,
      allowTriggeredUpdates: false,
    });
  }

  /** What ran since the last call, or since the start. */
  take(): RunCode[] {
    let found: RunCode[] = [];
    const faults: Error[] = [];
    // Answered before `post` returns: the session is of this thread. One that was not hears of an error when the session ends.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) {
        faults.push(error);
        return;
      }
      const { result } = answer;
      found = result.filter(({ url }) => READERS.test(url)).map(({ url, functions }) => runCode(url, functions));
    });
    const [fault] = faults;
    if (fault !== undefined) throw fault;
    return found;
  }

  stop(): void {
    this.#session.disconnect();
  }
}

type FunctionRanges = {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
};

function runCode(url: string, functions: readonly FunctionRanges[]): RunCode {
  const ranges = functions.flatMap((one) => one.ranges);
  const ran = new Uint8Array(ranges.reduce((end, { endOffset }) => Math.max(end, endOffset), 0));
  // Outer ranges come before those within them, of functions as of blocks.
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return { url, ran, boundaries: ranges.flatMap(({ startOffset, endOffset }) => [startOffset, endOffset]) };
}

/** A place in the code. */
export interface CodePlace {
  readonly url: string;
  readonly offset: number;
}

interface ReachedFile {
  reached: Uint8Array;
  readonly boundaries: Set<number>;
  /** More of it ran than its loading does. */
  isRead: boolean;
}

/** All code that was reached so far. */
export class ReachedCode {
  readonly #files = new Map<string, ReachedFile>();

  /** The first characters of code that ran and was not reached before. */
  fresh(run: readonly RunCode[]): CodePlace[] {
    return run.flatMap(({ url, ran }) => {
      const reached = this.#files.get(url)?.reached ?? new Uint8Array();
      const places: CodePlace[] = [];
      let isWithin = false;
      for (let offset = 0; offset < ran.length; offset += 1) {
        const isFresh = ran[offset] === 1 && reached[offset] !== 1;
        if (isFresh && !isWithin) places.push({ url, offset });
        isWithin = isFresh;
      }
      return places;
    });
  }

  /** Takes code in as reached. @param isLoading whether it ran because files were loaded, not because they read something */
  add(run: readonly RunCode[], isLoading = false): void {
    for (const { url, ran, boundaries } of run) {
      const file = this.#files.get(url) ?? { reached: new Uint8Array(), boundaries: new Set(), isRead: false };
      this.#files.set(url, file);
      if (file.reached.length < ran.length) {
        const longer = new Uint8Array(ran.length);
        longer.set(file.reached);
        file.reached = longer;
      }
      for (let offset = 0; offset < ran.length; offset += 1) if (ran[offset] === 1) file.reached[offset] = 1;
      for (const boundary of boundaries) file.boundaries.add(boundary);
      if (!isLoading) file.isRead = true;
    }
  }

  /** Blocks of the files that read something: those reached, and all that V8 has told of so far. */
  blocks(): { readonly reached: number; readonly known: number } {
    let [reached, known] = [0, 0];
    for (const file of this.#files.values()) {
      if (!file.isRead) continue;
      // What lies behind the last boundary is no block.
      for (const begin of [...file.boundaries].sort((one, other) => one - other).slice(0, -1)) {
        known += 1;
        reached += file.reached[begin] ?? 0;
      }
    }
    return { reached, known };
  }
}

/** Whether a place is among what ran. */
export function ranAt(run: readonly RunCode[], { url, offset }: CodePlace): boolean {
  return run.some((file) => file.url === url && file.ran[offset] === 1);
}
