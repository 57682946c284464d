import { sourceKey } from '../network/source-key.ts';
import { LineBudget, type LineBudgetOptions } from './line-budget.ts';

/** Six lines a minute about one source, sixty about all: enough to see what goes on, too few to fill a disk. */
const DEFAULT_BUDGET: LineBudgetOptions = { perSource: 6, inAll: 60, window: 60_000 };

/** The part of pino's interface that is used. */
interface SummaryLog {
  warn(facts: object, message: string): void;
}

/** The time, and calls at a later time that keep no process alive. Milliseconds. */
interface Time {
  now(): number;
  after(delay: number, run: () => void): void;
}

const MACHINE_TIME: Time = {
  now: () => performance.now(),
  after: (delay, run) => {
    setTimeout(run, delay).unref();
  },
};

/** Writes the lines that strangers cause, up to a bound, and then one that tells how many were held back. */
export class StrangerLog {
  readonly #log: SummaryLog;
  readonly #time: Time;
  readonly #budget: LineBudget;

  constructor(log: SummaryLog, time: Time = MACHINE_TIME, budget: LineBudgetOptions = DEFAULT_BUDGET) {
    this.#log = log;
    this.#time = time;
    this.#budget = new LineBudget(budget);
  }

  /** Writes a line about somebody at this address, or holds it back. */
  line(address: string, write: () => void): void {
    const now = this.#time.now();
    const isFirst = this.#budget.end === undefined;
    if (this.#budget.admits(sourceKey(address), now)) write();
    if (isFirst) this.#time.after((this.#budget.end ?? now) - now, () => this.#summarize());
  }

  #summarize(): void {
    const held = this.#budget.close();
    if (held === undefined) return;
    this.#log.warn({ event: 'lines-held-back', ...held }, `held back ${held.lines} lines about strangers`);
  }
}
