import type { Registry } from 'prom-client';
import type { FactOf } from '#mcu/engine/protocol.ts';
import { MetricFamily } from './metric-family.ts';

const MIX_TIME_BUCKETS = [0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.2, 0.5, 1];

/** Metrics of how the engine and the threads keep up. */
export class EngineMetrics {
  readonly #mixTime;
  readonly #skipped;
  readonly #eventLoop;

  constructor(registry: Registry) {
    const family = new MetricFamily(registry);
    this.#mixTime = family.histogram(
      'mix_time_seconds',
      'From the beginning of a beat of the mix to its last encoded rendition. A picture has 0.04: near that the machine is full.',
      MIX_TIME_BUCKETS,
    );
    this.#skipped = family.counter(
      'engine_ticks_skipped_total',
      'Pictures that were not mixed because the one before was late. More than a few: the machine is too small for what goes on.',
    );
    this.#eventLoop = family.gauge(
      'event_loop_delay_seconds',
      'Delay of a thread’s event loop, 99th percentile of the last second; about 0.01 at rest. engine-io above 0.03 makes packets late.',
      ['thread'],
    );
  }

  /** The engine's report of each second. */
  reported({ mixTimes, ticksSkipped, eventLoopDelay }: FactOf<'figures'>): void {
    for (const seconds of mixTimes) {
      this.#mixTime.observe(seconds);
    }
    this.#skipped.inc(ticksSkipped);
    this.#eventLoop.set({ thread: 'engine-picture' }, eventLoopDelay.picture / 1000);
    this.#eventLoop.set({ thread: 'engine-io' }, eventLoopDelay.io / 1000);
  }

  /** Event-loop delay of the gateway itself, ms. */
  gatewayDelay(milliseconds: number): void {
    this.#eventLoop.set({ thread: 'gateway' }, milliseconds / 1000);
  }
}
