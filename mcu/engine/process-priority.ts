import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Of a process that only gets ready: about a tenth of the processor where others want it. */
const LOW = 10;
const USUAL = 0;
/** CAP_SYS_NICE of capabilities(7). */
const SYS_NICE = 1n << 23n;
/** RLIMIT_NICE counts from the other end: 20 is the usual priority (getrlimit(2)). */
const LIMIT_OF_USUAL = 20;

/** Whether a process with this status and these limits (texts of proc(5)) may raise a priority that it lowered. Most may not. */
export function mayRaise(status: string, limits: string): boolean {
  const capabilities = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1] ?? '0';
  if ((BigInt(`0x${capabilities}`) & SYS_NICE) !== 0n) {
    return true;
  }
  const limit = /^Max nice priority\s+(\d+|unlimited)/m.exec(limits)?.[1];
  return limit === 'unlimited' || Number(limit ?? 0) >= LIMIT_OF_USUAL;
}

/** Lets a process yield to all others, where we can take that back. It must be new: only threads to come do so with it. */
export function yieldToOthers(pid: number): void {
  try {
    if (mayRaise(readFileSync('/proc/self/status', 'latin1'), readFileSync('/proc/self/limits', 'latin1'))) {
      setPriority(pid, LOW);
    }
  } catch {
    // It is gone already, or this is no Linux: it works without.
  }
}

/** Takes back what `yieldToOthers` did. */
export function yieldNoMore(pid: number): void {
  // A thread that begins meanwhile does so like the one that it is begun by: the second round finds it.
  for (const _round of [1, 2]) {
    for (const thread of threadsOf(pid)) {
      try {
        setPriority(thread, USUAL);
      } catch {
        // It is gone.
      }
    }
  }
}

/** Priority is each thread's own on Linux (setpriority(2)). */
function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
