/** What sipp counted in a run. */
export interface SippCount {
  readonly created: number;
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** ms from its start to the end of the last call. */
  readonly elapsed: number;
  /** The beginning of what it wrote of messages that it did not expect; empty in a good run. */
  readonly firstError: string;
}

/** Reads the last line of the file that sipp's -trace_stat writes. @throws Error where it is none */
export function readSippCount(csv: string): Omit<SippCount, 'firstError'> {
  const lines = csv.trim().split('\n');
  const [names = [], values = []] = [lines[0], lines.at(-1)].map((line) => line?.split(';') ?? []);
  const field = (name: string): string => {
    const text = values[names.indexOf(name)];
    if (lines.length < 2 || text === undefined) {
      throw new Error(`sipp counted no ${name}`);
    }
    return text;
  };
  return {
    created: Number(field('TotalCallCreated')),
    successful: Number(field('SuccessfulCall(C)')),
    failed: Number(field('FailedCall(C)')),
    retransmissions: Number(field('Retransmissions(C)')),
    elapsed: milliseconds(field('CurrentTime')) - milliseconds(field('StartTime')),
  };
}

/** Reads a date, a time and the seconds since 1970, with tabs between them. */
function milliseconds(text: string): number {
  const seconds = Number(text.split('\t').at(-1));
  if (!Number.isFinite(seconds)) {
    throw new Error(`sipp wrote a time as ${text}`);
  }
  return 1000 * seconds;
}
