import { Counter, Gauge, type Registry } from 'prom-client';
import type { EdgeFigures } from '#signaling/sip/edge/core/figures.ts';

/** What is asked when the metrics are read. */
export interface EdgeMetricsOptions {
  readonly registry: Registry;
  readonly figures: () => EdgeFigures;
}

/** Adds what the SIP edge counts to the metrics: SIP messages, and what it holds. Their labels come from closed sets. */
export function addEdgeMetrics({ registry, figures }: EdgeMetricsOptions): void {
  const registers = [registry];
  new Counter({
    name: 'classbridge_sip_messages_total',
    help: 'SIP messages, by direction, transport, method of the request, and class: request, or 1xx to 6xx of a response.',
    labelNames: ['direction', 'transport', 'method', 'class'],
    registers,
    collect() {
      this.reset();
      for (const { direction, protocol, kind, method, statusClass, count } of figures().messages) {
        const type = kind === 'request' ? 'request' : statusClass;
        this.inc({ direction, transport: protocol, method, class: type }, count);
      }
    },
  });
  new Counter({
    name: 'classbridge_sip_dropped_total',
    help: 'SIP messages and connections thrown away, by reason.',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(figures().dropped)) this.inc({ reason }, count);
    },
  });
  new Gauge({
    name: 'classbridge_sip_transactions',
    help: 'SIP transactions that are not over, by side: server for requests received, client for requests sent.',
    labelNames: ['side'],
    registers,
    collect() {
      const { serverTransactions, clientTransactions } = figures();
      this.set({ side: 'server' }, serverTransactions);
      this.set({ side: 'client' }, clientTransactions);
    },
  });
  const held = (name: string, help: string, read: (now: EdgeFigures) => number) =>
    new Gauge({
      name: `classbridge_sip_${name}`,
      help,
      registers,
      collect() {
        this.set(read(figures()));
      },
    });
  held('dialogs', 'SIP dialogs, early ones and proxied ones included.', ({ dialogs }) => dialogs);
  held('pending_invites', 'INVITEs without a final answer, both directions.', ({ pendingInvites }) => pendingInvites);
  held('connections', 'TCP connections of SIP.', ({ connections }) => connections);
}
