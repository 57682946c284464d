import { arch, availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { tenths } from './figure.ts';

/** What a figure was measured on. */
export interface Machine {
  /** The processor's name for itself. */
  readonly processor: string;
  readonly architecture: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** Runnable processes, mean of a minute, when the bench began: above 0 the machine was not the bench's own. */
  readonly loadBefore: number;
}

/** The machine as it is now. */
export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    architecture: arch(),
    cores: availableParallelism(),
    memoryGiB: tenths(totalmem() / 2 ** 30),
    node: process.versions.node,
    loadBefore: tenths(loadavg()[0] ?? 0),
  };
}
