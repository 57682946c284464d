import type { Counter, Registry } from 'prom-client';
import type { RasEndpointState } from '#signaling/h323/ras/endpoint/options.ts';
import type { GatekeeperEvent } from '#signaling/h323/ras/gatekeeper/options.ts';
import { MetricFamily } from './metric-family.ts';

/** What is asked when the metrics are read. */
export interface RasMetricsOptions {
  readonly registry: Registry;
  readonly ras: () => {
    readonly registrations: number;
    readonly usage: { readonly calls: number; readonly bitRate: number };
    readonly upstream: RasEndpointState | undefined;
  };
}

const EVENTS: readonly GatekeeperEvent['type'][] = [
  'registered',
  'unregistered',
  'expired',
  'replaced',
  'refused',
  'unreadable',
  'limited',
];

/** Metrics of the gatekeeper and of our registration at one above us. */
export class RasMetrics {
  readonly #events: Counter<'event'>;

  constructor({ registry, ras }: RasMetricsOptions) {
    const family = new MetricFamily(registry);
    this.#events = family.counter(
      'ras_events_total',
      'What happened at the gatekeeper: registrations and their ends, requests refused, datagrams unreadable or beyond the limit of an address.',
      ['event'],
    );
    for (const event of EVENTS) this.#events.inc({ event }, 0);
    family.gauge('ras_registrations', 'H.323 rooms that are registered here.', [], (gauge) =>
      gauge.set(ras().registrations),
    );
    family.gauge(
      'ras_calls',
      'Calls that registered H.323 rooms were let make or take and that are not over.',
      [],
      (gauge) => gauge.set(ras().usage.calls),
    );
    family.gauge(
      'ras_granted_bytes_per_second',
      'Bandwidth that these calls were granted, both ways together.',
      [],
      (gauge) => gauge.set(ras().usage.bitRate / 8),
    );
    family.gauge(
      'ras_upstream_registered',
      'Whether we are registered at the gatekeeper above us, 1 or 0; 1 where none is configured.',
      [],
      (gauge) => gauge.set([undefined, 'registered'].includes(ras().upstream) ? 1 : 0),
    );
  }

  happened({ type }: GatekeeperEvent): void {
    this.#events.inc({ event: type });
  }
}
