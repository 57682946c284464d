import { Counter, Gauge, type Registry } from 'prom-client';
import {
  AUTHENTICATION_FAILURES,
  type AuthenticationFailure,
} from '#signaling/sip/application/caller-authentication.ts';
import { REGISTER_RESULTS, type RegisterResult } from '#signaling/sip/registrar/registrar.ts';
import type { UpstreamState } from '#signaling/sip/upstream/upstreams.ts';

/** What is asked when the metrics are read. */
export interface SipMetricsOptions {
  readonly registry: Registry;
  /** Contacts that are registered here. */
  readonly registrations: () => number;
  /** Our registrations elsewhere; the configuration bounds them. */
  readonly upstreams: () => readonly UpstreamState[];
}

/** Metrics of who registers here and where we do. */
export class SipMetrics {
  readonly #requests: Counter<'result'>;
  readonly #failures: Counter<'reason'>;

  constructor({ registry, registrations, upstreams }: SipMetricsOptions) {
    const registers = [registry];
    this.#requests = new Counter({
      name: 'classbridge_sip_register_requests_total',
      help: 'REGISTER requests answered, by result.',
      labelNames: ['result'],
      registers,
    });
    this.#failures = new Counter({
      name: 'classbridge_sip_authentication_failures_total',
      help: 'INVITE and REGISTER requests with wrong credentials, by reason; first tries and old nonces do not count.',
      labelNames: ['reason'],
      registers,
    });
    for (const result of REGISTER_RESULTS) this.#requests.inc({ result }, 0);
    for (const reason of AUTHENTICATION_FAILURES) this.#failures.inc({ reason }, 0);
    new Gauge({
      name: 'classbridge_sip_registrations',
      help: 'Contacts that rooms have registered here and that have not expired.',
      registers,
      collect() {
        this.set(registrations());
      },
    });
    new Gauge({
      name: 'classbridge_sip_upstream_registered',
      help: 'Whether we are registered at a registrar above us, 1 or 0, by registrar and alias.',
      labelNames: ['registrar', 'alias'],
      registers,
      collect() {
        for (const { registrar, alias, state } of upstreams()) {
          this.set({ registrar, alias }, state === 'registered' ? 1 : 0);
        }
      },
    });
  }

  registerAnswered(result: RegisterResult): void {
    this.#requests.inc({ result });
  }

  authenticationFailed(reason: AuthenticationFailure): void {
    this.#failures.inc({ reason });
  }
}
