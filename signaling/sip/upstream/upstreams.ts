import { type Clock, systemClock } from '../edge/clock.ts';
import type { Log } from '../edge/log.ts';
import { type OutgoingRegister, RegistrationClient } from './registration-client.ts';
import { type UpstreamAnswer, UpstreamRegistration, type UpstreamStateName } from './upstream-registration.ts';

/** A registrar above us, such as the exchange of a province. */
export interface UpstreamAccount {
  /** SIP URI without user, such as `sip:pbx.example:5060;transport=tcp`. */
  readonly registrar: string;
  readonly user: string;
  readonly password: string;
  /** Users to be called by: class codes. The user itself where there is none. */
  readonly aliases?: readonly string[] | undefined;
}

/** All registrations of ours, and what they share; clock and `chance` (0 to 1) are the machine's unless told. */
export interface UpstreamsOptions {
  readonly accounts: readonly UpstreamAccount[];
  readonly send: (request: OutgoingRegister) => Promise<UpstreamAnswer>;
  readonly token: () => string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly chance?: () => number;
}

/** How one registration stands, as health and metrics tell it. */
export interface UpstreamState {
  readonly registrar: string;
  readonly alias: string;
  readonly state: UpstreamStateName;
}

/** ms that registrars have to answer when we leave. */
const LEAVING_TIME = 2_000;

/** All our registrations at registrars above us. */
export class Upstreams {
  readonly #clock: Clock;
  readonly #registrations: readonly { registrar: string; alias: string; registration: UpstreamRegistration }[];

  constructor(options: UpstreamsOptions) {
    const { accounts, send, token, log, clock = systemClock, chance = Math.random } = options;
    this.#clock = clock;
    this.#registrations = accounts.flatMap(({ registrar, user, password, aliases = [user] }) =>
      aliases.map((alias) => ({
        registrar,
        alias,
        registration: new UpstreamRegistration({
          client: new RegistrationClient({ registrar, user, password, alias, token }),
          send,
          clock,
          chance,
          changed: (state, status) => {
            const level = state === 'failed' ? 'warn' : 'info';
            log[level](
              { event: `upstream-${state}`, registrar, alias, status },
              'a registration at a registrar changed',
            );
          },
        }),
      })),
    );
  }

  start(): void {
    for (const { registration } of this.#registrations) registration.start();
  }

  states(): UpstreamState[] {
    return this.#registrations.map(({ registrar, alias, registration }) => ({
      registrar,
      alias,
      state: registration.state,
    }));
  }

  /** Whether this is the address of a registrar where we are registered now: its calls are those of the trunk. */
  isTrunk(address: string): boolean {
    return this.#registrations.some(({ registration }) => registration.address === address);
  }

  /** Takes all registrations away; resolves when the registrars have answered, or after 2 s. */
  async close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = this.#clock.after(LEAVING_TIME, () => late.resolve());
    const left = Promise.all(this.#registrations.map(({ registration }) => registration.close()));
    await Promise.race([left, late.promise]);
    timer.cancel();
  }
}
