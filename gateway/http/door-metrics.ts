import type { Registry } from 'prom-client';
import { DROP_REASONS } from '#mcu/leg/drop-reason.ts';
import { PROTOCOLS } from '#signaling/call/call.ts';
import type { LegProgress } from './leg-progress.ts';
import type { LegRole } from './lesson-legs.ts';
import { MetricFamily } from './metric-family.ts';

/** Metrics of what comes to the media ports and is not let in. */
export class DoorMetrics {
  readonly #dropped;

  constructor(registry: Registry) {
    this.#dropped = new MetricFamily(registry).counter(
      'media_dropped_total',
      'Datagrams to media ports of legs that were not used, by protocol and reason. Many of wrong-source or over-rate: somebody probes or floods the ports.',
      ['protocol', 'reason'],
    );
    for (const protocol of PROTOCOLS) {
      for (const reason of DROP_REASONS) {
        this.#dropped.inc({ protocol, reason }, 0);
      }
    }
  }

  /** Takes what a leg did. */
  reported({ protocol }: LegRole, { dropped }: LegProgress): void {
    for (const reason of DROP_REASONS) {
      this.#dropped.inc({ protocol, reason }, dropped[reason]);
    }
  }
}
