import { randomBytes } from 'node:crypto';
import type { Registry } from 'prom-client';
import { CallerAuthentication } from '#signaling/sip/application/caller-authentication.ts';
import { RegistrationService } from '#signaling/sip/application/registration-service.ts';
import type { OutsideAnswer, OutsideRequest } from '#signaling/sip/application/send-request.ts';
import { DigestVerifier } from '#signaling/sip/digest/digest-verifier.ts';
import { systemClock } from '#signaling/sip/edge/clock.ts';
import type { Log } from '#signaling/sip/edge/log.ts';
import type { Binding } from '#signaling/sip/registrar/location-table.ts';
import type { RegisteredContact } from '#signaling/sip/registrar/registered-contact.ts';
import { Registrar } from '#signaling/sip/registrar/registrar.ts';
import { type UpstreamState, Upstreams } from '#signaling/sip/upstream/upstreams.ts';
import type { Configuration } from '../configuration/schema.ts';
import { SipMetrics } from '../http/sip-metrics.ts';

/** `sip` of the configuration, and the way out for requests outside of calls. */
export interface SipAccessOptions {
  readonly sip: Configuration['sip'];
  readonly metrics: Registry;
  readonly log: Log;
  /** Sends a request outside of calls; used after `open` only. */
  readonly send: (request: OutsideRequest) => Promise<OutsideAnswer>;
  /** Contacts of users that a gateway before knew. */
  readonly bindings?: ReadonlyMap<string, readonly Binding[]>;
  /** Told of the contacts of a user whenever they change. */
  readonly bound?: (user: string, bindings: readonly Binding[]) => void;
}

/** Who may call and register here, and where we register ourselves: made of the configuration. */
export class SipAccess {
  /** Answers REGISTER; undefined where no users are configured. */
  readonly registrations: RegistrationService | undefined;
  /** Lets callers in; undefined where anybody may call. */
  readonly callers: CallerAuthentication | undefined;
  readonly #registrar: Registrar | undefined;
  readonly #verifier: DigestVerifier | undefined;
  readonly #upstreams: Upstreams;

  constructor({ sip, metrics, log, send, bindings, bound }: SipAccessOptions) {
    this.#upstreams = new Upstreams({
      accounts: sip.upstream,
      send: (request) => send({ method: 'REGISTER', ...request }),
      token: () => randomBytes(12).toString('hex'),
      log,
    });
    const counted = new SipMetrics({
      registry: metrics,
      registrations: () => this.#registrar?.active(systemClock.now()) ?? 0,
      upstreams: () => this.upstreams,
    });
    const failed = counted.authenticationFailed.bind(counted);
    if (sip.users.length === 0) {
      return;
    }
    const verifier = new DigestVerifier({
      realm: sip.realm,
      users: sip.users,
      algorithms: sip.digestAlgorithms,
      secret: randomBytes(32),
      random: randomBytes,
    });
    this.#verifier = verifier;
    this.#registrar = new Registrar({
      verifier,
      minimumExpires: sip.minimumRegistrationTime,
      maximumExpires: sip.maximumRegistrationTime,
      ...(bound === undefined ? {} : { changed: bound }),
    });
    for (const { name } of sip.users) {
      this.#registrar.restore(name, bindings?.get(name) ?? [], systemClock.now());
    }
    this.registrations = new RegistrationService({
      registrar: this.#registrar,
      answered: counted.registerAnswered.bind(counted),
      failed,
    });
    if (sip.requireAuthentication) {
      this.callers = new CallerAuthentication({
        verifier,
        trusts: (address) => this.#upstreams.isTrunk(address),
        failed,
      });
    }
  }

  /** Begins to register at the registrars above us. */
  open(): void {
    this.#upstreams.start();
  }

  /** How our registrations at the registrars above us stand. */
  get upstreams(): UpstreamState[] {
    return this.#upstreams.states();
  }

  /** How to call a user that has registered here, the contact to try first before others; empty where he has not. */
  lookup(user: string): RegisteredContact[] {
    return this.#registrar?.lookup(user, systemClock.now()) ?? [];
  }

  /** Whether a nonce was issued to an address by us. */
  issued(nonce: string, address: string): boolean {
    return this.#verifier?.issued(nonce, address, systemClock.now()) ?? false;
  }

  /** Takes our registrations away; resolves within 2 s. */
  close(): Promise<void> {
    return this.#upstreams.close();
  }
}
