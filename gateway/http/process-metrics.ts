import type { Registry } from 'prom-client';
import { cpuSecondsOf, openFilesOf, residentBytesOf } from '../supervision/process-usage.ts';
import { MetricFamily } from './metric-family.ts';

const PROCESSES = ['gateway', 'engine', 'engine-standby', 'sfu'] as const;
/** The processes of the service; `sfu` is the media server of the browsers. */
export type ServiceProcess = (typeof PROCESSES)[number];
const RESTARTED = ['gateway', 'engine', 'sfu'] as const;
/** Those that somebody waits for when they end. */
export type RestartedProcess = (typeof RESTARTED)[number];

const RESTART_REASONS = ['died', 'hung'] as const;
/** Why a process was started again: it ended by itself or was killed, or it hung and was ended by us. */
export type RestartReason = (typeof RESTART_REASONS)[number];

/** The registry of the metrics, and where ids of processes are looked up. */
export interface ProcessMetricsOptions {
  readonly registry: Registry;
  /** Id of a process; undefined while it does not run. */
  readonly processId: (process: ServiceProcess) => number | undefined;
}

/** Metrics of the processes: what they take, and how often they had to be started again. */
export class ProcessMetrics {
  readonly #restarts;

  constructor({ registry, processId }: ProcessMetricsOptions) {
    const family = new MetricFamily(registry);
    this.#restarts = family.counter(
      'process_restarts_total',
      'Processes started again, by process and reason: died or hung. Each is a moment without picture for those whom it served.',
      ['process', 'reason'],
    );
    for (const process of RESTARTED) {
      for (const reason of RESTART_REASONS) {
        this.#restarts.inc({ process, reason }, 0);
      }
    }
    const told = (read: (id: number) => number | undefined): [ServiceProcess, number][] =>
      PROCESSES.flatMap((process) => {
        const id = processId(process);
        const value = id === undefined ? undefined : read(id);
        return value === undefined ? [] : [[process, value]];
      });
    family.counter(
      'process_cpu_seconds_total',
      'Processor time of a process with all its threads. Its rate is cores in use.',
      ['process'],
      (counter) => {
        counter.reset();
        for (const [process, seconds] of told(cpuSecondsOf)) counter.inc({ process }, seconds);
      },
    );
    const gauge = (name: string, help: string, read: (id: number) => number | undefined) =>
      family.gauge(name, help, ['process'], (made) => {
        made.reset();
        for (const [process, value] of told(read)) made.set({ process }, value);
      });
    gauge(
      'process_resident_memory_bytes',
      'Memory of a process that is in RAM. It grows with lessons and comes to rest in them.',
      residentBytesOf,
    );
    gauge('process_open_fds', 'Open files and sockets of a process.', openFilesOf);
  }

  /** A process was started again. */
  restarted(process: RestartedProcess, reason: RestartReason, times = 1): void {
    this.#restarts.inc({ process, reason }, times);
  }
}
