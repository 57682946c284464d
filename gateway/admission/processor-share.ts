import { cpus } from 'node:os';
import { cpuSecondsOf } from '../supervision/process-usage.ts';

/** Processor time as it is read at a moment. */
export interface ProcessorReading {
  /** s of each process of ours, by its id, since it began. */
  readonly own: ReadonlyMap<number, number>;
  /** Of all processors since the machine started, in any unit. */
  readonly all: number;
  readonly idle: number;
  /** s on any clock. */
  readonly at: number;
}

/** Who used the processors between two readings. */
export interface ProcessorShare {
  /** Share of all processors that our processes took, 0 to 1. */
  readonly own: number;
  /** Share that other programs took. */
  readonly foreign: number;
}

/** Reads the processor time of the machine (/proc/stat) and of these processes. `now`: s. */
export function readProcessors(ids: readonly (number | undefined)[], now: number): ProcessorReading {
  const own = new Map<number, number>();
  for (const id of ids) {
    const seconds = id === undefined ? undefined : cpuSecondsOf(id);
    if (id !== undefined && seconds !== undefined) {
      own.set(id, seconds);
    }
  }
  let [all, idle] = [0, 0];
  for (const { times } of cpus()) {
    all += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { own, all, idle, at: now };
}

/** What was taken between two readings; undefined where no time lies between them. A process that is in one alone does not count. */
export function shareBetween(
  before: ProcessorReading,
  after: ProcessorReading,
  cores: number,
): ProcessorShare | undefined {
  const seconds = after.at - before.at;
  const all = after.all - before.all;
  if (seconds <= 0 || all <= 0) {
    return undefined;
  }
  let own = 0;
  for (const [id, used] of after.own) {
    own += Math.max(0, used - (before.own.get(id) ?? used));
  }
  const busy = 1 - (after.idle - before.idle) / all;
  const share = Math.min(1, own / (seconds * cores));
  return { own: share, foreign: Math.min(1, Math.max(0, busy - share)) };
}
