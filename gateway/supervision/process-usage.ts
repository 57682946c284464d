import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time for user space in hundredths of a second on every architecture (USER_HZ). */
const SECONDS_PER_TICK = 0.01;
/** Fields of /proc/PID/stat behind the name of the program, from 0 (proc(5)): utime and stime. */
const UTIME = 11;
const STIME = 12;

// The files of /proc are made in memory as they are read: nothing is waited for.

/** Processor time of a process with all its threads since it began, s; undefined where there is none. */
export function cpuSecondsOf(id: number): number | undefined {
  return read(() => readCpu(readFileSync(`/proc/${id}/stat`, 'latin1')));
}

/** Bytes of a process that are in RAM; undefined where there is none. */
export function residentBytesOf(id: number): number | undefined {
  return read(() => readResident(readFileSync(`/proc/${id}/status`, 'latin1')));
}

/** Open files and sockets of a process; undefined where there is none, or none that we may look at. */
export function openFilesOf(id: number): number | undefined {
  return read(() => readdirSync(`/proc/${id}/fd`).length);
}

/** From the text of /proc/PID/stat. The name of the program stands in parentheses and may hold any of them itself. */
export function readCpu(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return SECONDS_PER_TICK * (Number(fields[UTIME]) + Number(fields[STIME]));
}

/** From the text of /proc/PID/status; 0 for a process that is dead and not yet waited for. */
export function readResident(status: string): number {
  return 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

function read<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
