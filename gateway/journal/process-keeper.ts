import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Journal } from './journal.ts';
import { processIdentity } from './process-identity.ts';
import type { ProcessRecord } from './record.ts';

/** ms that the gateway before may take to end by itself, as it does when it was asked to, or lost its supervisor. */
const PATIENCE = 5000;
/** ms in which a killed process must be gone. */
const GONE_WITHIN = 5000;
const LOOK = 10;

/** The processes of a gateway in its journal: those of the one before are ended, those of this one are written down. */
export class ProcessKeeper {
  readonly #journal: Journal;
  readonly #log: Pick<Logger, 'warn' | 'error'>;
  readonly #running = new Map<ProcessRecord['role'], Set<number>>();

  constructor(journal: Journal, log: Pick<Logger, 'warn' | 'error'>) {
    this.#journal = journal;
    this.#log = log;
  }

  /**
   * Kills what the gateway before left running, and waits until it is gone. Rejects where that gateway runs on under a
   * supervisor of its own: two cannot share a data folder.
   */
  async endOrphans(): Promise<void> {
    const records = [...this.#journal.inherited.values()].filter((record) => record.kind === 'process');
    await this.#letEnd(records);
    const running = records.filter((record) => record.role !== 'supervisor' && isRunning(record));
    for (const { pid, role } of running) {
      this.#log.warn({ event: 'orphan-killed', pid, role }, 'a process of the gateway before is killed');
      kill(pid);
    }
    const deadline = performance.now() + GONE_WITHIN;
    while (running.some(isRunning) && performance.now() < deadline) {
      await sleep(LOOK);
    }
    for (const { id } of records) {
      this.#journal.drop('process', id);
    }
  }

  /** Writes down this process and who starts it again. */
  begin(): void {
    this.started(process.pid, 'gateway');
    // A gateway that runs by itself stands up for itself.
    this.started(process.send === undefined ? process.pid : process.ppid, 'supervisor');
  }

  /** Writes a process down. */
  started(pid: number | undefined, role: ProcessRecord['role']): void {
    const identity = pid === undefined ? undefined : processIdentity(pid);
    if (pid !== undefined && identity !== undefined) {
      this.#running.set(role, (this.#running.get(role) ?? new Set()).add(pid));
      this.#journal.put({ kind: 'process', id: `${role} ${pid}`, pid, startedAt: identity.startedAt, role });
    }
  }

  /** It is gone. */
  ended(pid: number, role: ProcessRecord['role']): void {
    this.#running.get(role)?.delete(pid);
    this.#journal.drop('process', `${role} ${pid}`);
  }

  /** This process ends in order, and those that it started have ended. */
  end(): void {
    for (const [role, pids] of this.#running) {
      for (const pid of pids) {
        this.ended(pid, role);
      }
    }
  }

  async #letEnd(records: readonly ProcessRecord[]): Promise<void> {
    const gateways = records.filter(({ role }) => role === 'gateway');
    const deadline = performance.now() + PATIENCE;
    while (gateways.some(isRunning) && performance.now() < deadline) {
      await sleep(LOOK);
    }
    const others = records.filter(({ role, pid }) => role === 'supervisor' && pid !== process.ppid);
    if (gateways.some(isRunning) && others.some(isRunning)) {
      throw new Error(`the gateway with process id ${gateways[0]?.pid} uses the same data folder`);
    }
  }
}

function isRunning({ pid, startedAt }: ProcessRecord): boolean {
  return processIdentity(pid)?.startedAt === startedAt;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, or was never ours to end.
  }
}
