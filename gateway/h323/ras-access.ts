import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import { aliasOf, readDialled } from '#signaling/h323/call/dialled.ts';
import type { H323Guard } from '#signaling/h323/guard/h323-guard.ts';
import type { Admission } from '#signaling/h323/ras/admission.ts';
import { combinedAdmission } from '#signaling/h323/ras/combined-admission.ts';
import { EndpointService } from '#signaling/h323/ras/endpoint/endpoint-service.ts';
import type { RasEndpointState } from '#signaling/h323/ras/endpoint/options.ts';
import { GatekeeperService, type WayQuestion } from '#signaling/h323/ras/gatekeeper/gatekeeper-service.ts';
import type { GatekeeperEvent } from '#signaling/h323/ras/gatekeeper/options.ts';
import { type RasUser, userWithPassword } from '#signaling/h323/ras/security/ras-user.ts';
import { sourceKey } from '#signaling/network/source-key.ts';
import type { Configuration } from '../configuration/schema.ts';

type Keys = Configuration['h323'];
type Upstream = NonNullable<Keys['upstream']>;

/** The RAS part of the configuration, and who is told what gatekeepers say. */
export interface RasAccessOptions {
  readonly keys: Keys;
  /** Whether a class has this code. */
  readonly isClass: (code: string) => boolean;
  /** A gatekeeper above us ends a call, by its callIdentifier in hexadecimal. */
  readonly drop: (callIdentifier: string) => void;
  /** Keeps off who is refused again and again. */
  readonly guard: H323Guard | undefined;
  /** Told of what happens at our gatekeeper, for metrics. */
  readonly event: (event: GatekeeperEvent) => void;
  readonly log: Logger;
}

/** kbit/s to the unit of RAS, 100 bit/s. */
const BANDWIDTH = 10;

/** RAS as the service has it: our gatekeeper, where it is switched on, and our registration at one above us, where there is one. */
export class RasAccess {
  readonly #gatekeeper: GatekeeperService | undefined;
  readonly #endpoint: EndpointService | undefined;

  constructor(options: RasAccessOptions) {
    const { keys, drop, log } = options;
    this.#gatekeeper = keys.gatekeeper.enabled ? gatekeeperOf(options) : undefined;
    this.#endpoint = keys.upstream === undefined ? undefined : endpointOf(keys, keys.upstream, log);
    this.#endpoint?.on('drop', drop);
  }

  /** Begins to answer rooms and to register. Rejects where a port is taken. */
  async start(): Promise<void> {
    await this.#gatekeeper?.start();
    await this.#endpoint?.start();
  }

  /** Who decides about calls; undefined where nobody does. */
  admission(): Admission | undefined {
    const [gatekeeper, endpoint] = [this.#gatekeeper, this.#endpoint];
    if (gatekeeper === undefined || endpoint === undefined) {
      return gatekeeper?.admission() ?? endpoint?.admission();
    }
    return combinedAdmission(gatekeeper.admission(), (call) => gatekeeper.isWithUs(call), endpoint.admission());
  }

  /** Whether a room that is registered here has this alias. */
  isRegistered(alias: string): boolean {
    return this.#gatekeeper?.lookup(alias) !== undefined;
  }

  /** Where a room that is registered here takes calls; undefined where none has this alias. */
  addressOf(alias: string): TransportAddress | undefined {
    return this.#gatekeeper?.lookup(alias)?.callSignalAddresses[0];
  }

  /** Where a call from one registered room to another one goes on to; undefined where it is none. */
  way(question: WayQuestion): TransportAddress | undefined {
    return this.#gatekeeper?.way(question);
  }

  /** Whether an address is that of the gatekeeper above us. */
  isGatekeeper(address: string): boolean {
    return this.#endpoint?.isGatekeeper(address) === true;
  }

  /** Whether a room is registered here from this source (`sourceKey`). */
  hasRoomAt(source: string): boolean {
    return this.#gatekeeper?.registrations().some(({ sourceAddress }) => sourceKey(sourceAddress) === source) === true;
  }

  /** Rooms that are registered here. */
  get registrations(): number {
    return this.#gatekeeper?.registrations().length ?? 0;
  }

  /** Calls of these rooms, and bit/s that they were granted. */
  get usage(): { readonly calls: number; readonly bitRate: number } {
    const { calls, bandwidth } = this.#gatekeeper?.usage() ?? { calls: 0, bandwidth: 0 };
    return { calls, bitRate: 100 * bandwidth };
  }

  /** How our registration above us stands; undefined where none is wanted. */
  get upstream(): RasEndpointState | undefined {
    return this.#endpoint?.state;
  }

  /** Takes leave of rooms and of the gatekeeper above us. */
  async close(): Promise<void> {
    await Promise.all([this.#gatekeeper?.close(), this.#endpoint?.close()]);
  }
}

function gatekeeperOf({ keys, isClass, guard, event, log }: RasAccessOptions): GatekeeperService {
  const { address, port: callSignalPort, gatekeeper } = keys;
  const { port, users, requireAuthentication, callBandwidth, totalBandwidth } = gatekeeper;
  return new GatekeeperService({
    listen: { address, port },
    multicast: gatekeeper.multicast,
    gatekeeperIdentifier: gatekeeper.identifier,
    callSignalPort,
    users: users.map(userOf),
    authentication: requireAuthentication ? 'required' : 'optional',
    timeToLive: {
      usual: gatekeeper.registrationTime,
      minimum: gatekeeper.minimumRegistrationTime,
      maximum: gatekeeper.maximumRegistrationTime,
    },
    roomToRoom: gatekeeper.roomToRoom,
    callsOutside: gatekeeper.callsOutside,
    bandwidth: { perCall: BANDWIDTH * callBandwidth, total: BANDWIDTH * totalBandwidth },
    preGranted: gatekeeper.preGranted,
    alternates: gatekeeper.alternates,
    neighbours: gatekeeper.neighbours,
    isOurs: (alias) => isClass(readDialled(alias).target),
    guard,
    event,
    log,
  });
}

function endpointOf({ address, port }: Keys, upstream: Upstream, log: Logger): EndpointService {
  const { gatekeepers, discovery, identifier, aliases, prefixes, registrationTime, unregisteredCalls } = upstream;
  const { user, password } = upstream;
  return new EndpointService({
    listen: { address, port: 0 },
    callSignalPort: port,
    gatekeepers,
    discovery,
    gatekeeperIdentifier: identifier,
    aliases: aliases.map(aliasOf),
    prefixes,
    timeToLive: registrationTime,
    user: user === undefined || password === undefined ? undefined : userWithPassword(user, password),
    unregisteredCalls,
    log,
  });
}

function userOf({ name, key, password }: Keys['gatekeeper']['users'][number]): RasUser {
  return password === undefined
    ? { name, key: Buffer.from(key ?? '', 'hex'), password: undefined }
    : userWithPassword(name, password);
}
