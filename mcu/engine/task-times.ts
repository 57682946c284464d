import { readFileSync } from 'node:fs';

/** What the kernel's scheduler has counted of a thread since it began. */
export interface TaskTimes {
  /** ms for which it had a processor. */
  readonly ran: number;
  /** ms for which it wanted a processor before it was given one. A wait that goes on is not in it yet. */
  readonly waited: number;
  /** Whether it wants a processor now, or has one (state R of proc(5)). */
  readonly wants: boolean;
}

/**
 * ms out of `elapsed` between two readings for which a thread wanted a processor and was given none. 0 where that is not known, as
 * before the first reading, and while it sleeps, is stopped, or runs.
 */
export function starvedBetween(before: TaskTimes | undefined, after: TaskTimes | undefined, elapsed: number): number {
  // A kernel that does not count (no CONFIG_SCHED_INFO) says that nobody ever ran.
  if (before === undefined || after === undefined || after.ran === 0) {
    return 0;
  }
  // The kernel adds a wait when it is over.
  const waitsOn = before.wants && after.wants && after.ran === before.ran;
  const waited = waitsOn ? elapsed : after.waited - before.waited;
  return Math.min(elapsed, Math.max(0, waited));
}

/** Reads the times of a thread (Linux: proc_pid_schedstat(5), proc_pid_stat(5)). Undefined where they are not to be had. */
export function readTaskTimes(pid: number, task: number): TaskTimes | undefined {
  try {
    const folder = `/proc/${pid}/task/${task}`;
    const [ran, waited] = readFileSync(`${folder}/schedstat`, 'latin1').split(' ').map(Number);
    const state = stateOf(readFileSync(`${folder}/stat`, 'latin1'));
    if (ran === undefined || waited === undefined || !(ran >= 0) || !(waited >= 0)) {
      return undefined;
    }
    return { ran: ran / 1e6, waited: waited / 1e6, wants: state === 'R' };
  } catch {
    return undefined;
  }
}

/** The state letter in a `stat` file of proc(5); empty where there is none. The name before it may hold anything, in brackets. */
export function stateOf(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}
