import { readFileSync } from 'node:fs';

/** Linux counts processor time for user space in hundredths of a second on every architecture (USER_HZ). */
const MS_PER_TICK = 10;
/** Fields of /proc/PID/stat after the name of the program, from 0 (proc(5)): utime and stime. */
const UTIME = 11;
const STIME = 12;

/** ms of processor time that a process has used with all of its threads. @throws the system's error where there is none */
export function processTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name stands in parentheses and may hold any of them itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return MS_PER_TICK * (Number(fields[UTIME]) + Number(fields[STIME]));
}
