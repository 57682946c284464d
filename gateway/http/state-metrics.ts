import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { MetricFamily } from './metric-family.ts';
import type { Health } from './operator-server.ts';

/** State of the service, asked for whenever metrics are read. */
export interface StateMetricsOptions {
  readonly registry: Registry;
  readonly health: () => Health;
  /** Pairs of RTP ports. */
  readonly ports: () => { readonly free: number; readonly used: number };
  /** Sources that are not decoded any more. */
  readonly quarantined: () => number;
  /** The chain of the pages in PEM; undefined before it is there. */
  readonly certificate: () => string | undefined;
}

const MANIFEST = new URL('../../package.json', import.meta.url);

/** Adds the metrics of what the service is now: its health, its version, its ports, its certificate. */
export function addStateMetrics({ registry, health, ports, quarantined, certificate }: StateMetricsOptions): void {
  const family = new MetricFamily(registry);
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(MANIFEST, 'utf8')));
  family
    .gauge('build_info', 'Always 1; the labels are the versions of the service and of Node.', ['version', 'node'])
    .set({ version, node: process.versions.node }, 1);
  family.gauge('healthy', '1 while every part works, else 0: what /health answers.', [], (gauge) =>
    gauge.set(health().healthy ? 1 : 0),
  );
  family.gauge('part_healthy', '1 while a part of the service works, else 0.', ['part'], (gauge) => {
    for (const [part, works] of Object.entries(health().parts)) gauge.set({ part }, works ? 1 : 0);
  });
  family.gauge(
    'media_port_pairs',
    'Pairs of UDP ports (RTP and RTCP) for legs, free and used. A room takes two, a browser two; without free ones calls are refused.',
    ['state'],
    (gauge) => {
      const { free, used } = ports();
      gauge.set({ state: 'free' }, free);
      gauge.set({ state: 'used' }, used);
    },
  );
  family.gauge(
    'quarantined_sources',
    'Parties that are shown as a placeholder because decoding them brought the engine down. The log names their calls.',
    [],
    (gauge) => gauge.set(quarantined()),
  );
  family.gauge(
    'web_certificate_expiry_timestamp_seconds',
    'Unix time at which the certificate of the pages ends. Browsers do not get in after it.',
    [],
    (gauge) => gauge.set(expiry(certificate())),
  );
}

/** Unix s; no number where there is no certificate, or none that can be read: no alert goes by that. */
function expiry(pem: string | undefined): number {
  try {
    return pem === undefined ? Number.NaN : Date.parse(new X509Certificate(pem).validTo) / 1000;
  } catch {
    return Number.NaN;
  }
}
