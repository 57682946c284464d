import { readFileSync } from 'node:fs';

/** A process as the system knows it. */
export interface ProcessIdentity {
  /** The boot of the machine and the tick of its clock at which the process began: process ids come again, this does not. */
  readonly startedAt: string;
}

/** Who has this process id now (proc_pid_stat(5)); undefined where nobody has, or it is dead and only not yet buried. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return readStat(stat, boot);
  } catch {
    return undefined;
  }
}

/** Reads a line of /proc/PID/stat. */
export function readStat(stat: string, boot: string): ProcessIdentity | undefined {
  // The name, in brackets, may hold anything.
  const [state, ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = others[18];
  if (state === undefined || state === 'Z' || state === 'X' || ticks === undefined) {
    return undefined;
  }
  return { startedAt: `${boot} ${ticks}` };
}
