import { Counter, Gauge, type Registry } from 'prom-client';
import type { H323Guard } from '#signaling/h323/guard/h323-guard.ts';
import { systemClock } from '#signaling/sip/edge/clock.ts';
import type { SipGuard } from '#signaling/sip/edge/guard/sip-guard.ts';

/** Adds what the guard of the SIP edge keeps off to the metrics. */
export function addGuardMetrics(registry: Registry, guard: SipGuard): void {
  const registers = [registry];
  new Counter({
    name: 'classbridge_sip_guard_dropped_total',
    help: 'SIP messages and connections that the guard threw away, by reason (signaling/sip/edge/guard/sip-guard.ts).',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of guard.dropped) this.inc({ reason }, count);
    },
  });
  new Counter({
    name: 'classbridge_sip_guard_reserved_total',
    help: 'New requests of known rooms that were let in though nothing was left to their address, by what they were known. When it grows, somebody floods from there, or in its name.',
    labelNames: ['proof'],
    registers,
    collect() {
      this.reset();
      for (const [proof, count] of guard.reserved) this.inc({ proof }, count);
    },
  });
  new Gauge({
    name: 'classbridge_sip_bans',
    help: 'Sources (IPv4 addresses, IPv6 /64) that are banned from SIP, by UDP alone or altogether.',
    registers,
    collect() {
      this.set(guard.bans(systemClock.now()).length);
    },
  });
}

/** The same of H.323. */
export function addH323GuardMetrics(registry: Registry, guard: H323Guard): void {
  const registers = [registry];
  new Counter({
    name: 'classbridge_h323_guard_dropped_total',
    help: 'Connections, calls on connections that stand and datagrams of RAS that the guard of H.323 left out, by kind.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const [kind, count] of guard.dropped) this.inc({ kind }, count);
    },
  });
  new Gauge({
    name: 'classbridge_h323_bans',
    help: 'Sources (IPv4 addresses, IPv6 /64) that are banned from H.323, or from RAS alone.',
    registers,
    collect() {
      this.set(guard.bans().length);
    },
  });
}
