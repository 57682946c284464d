import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Measures how late this process's event loop is. */
export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.#histogram.enable();
  }

  /** ms, 99th percentile since the last call. */
  take(): number {
    const delay = this.#histogram.percentile(99) / 1e6;
    this.#histogram.reset();
    return delay;
  }

  close(): void {
    this.#histogram.disable();
  }
}
