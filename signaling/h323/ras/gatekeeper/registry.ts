import type { TransportAddress } from '#codecs/media/description.ts';
import { sourceKey } from '../../../network/source-key.ts';
import { textOfAlias } from '../../call/dialled.ts';
import type { H225 } from '../../h225/types.ts';
import { aliasKey, aliasKeys } from '../alias-key.ts';
import type { Scheme } from '../security/authenticator.ts';

type Alias = H225<'AliasAddress'>;

/** A room that is registered with us. */
export interface Registration {
  readonly endpointIdentifier: string;
  /** At least one. */
  readonly aliases: readonly Alias[];
  /** Where it takes calls; at least one, the first to be tried first. */
  readonly callSignalAddresses: readonly TransportAddress[];
  /** Where requests of ours go to. */
  readonly rasAddress: TransportAddress;
  /** The address that its registration came from. */
  readonly sourceAddress: string;
  /** Who proved to be its user, and how; undefined where nobody need. */
  readonly user: string | undefined;
  readonly scheme: Scheme | undefined;
  /** Its maker's words; empty where it has none. */
  readonly product: string;
  /** Seconds. */
  readonly timeToLive: number;
  /** ms: it is gone then. */
  readonly expiresAt: number;
}

/** What became of a registration. */
export type RegistryAnswer =
  | { readonly outcome: 'registered'; readonly replaced: readonly Registration[] }
  | { readonly outcome: 'duplicate-alias'; readonly aliases: readonly Alias[] }
  | { readonly outcome: 'full' };

/** How many registrations there may be at a time. */
export interface RegistryLimits {
  readonly registrations: number;
  /** From one source: an address, or an IPv6 /64. */
  readonly perAddress: number;
}

const LIMITS: RegistryLimits = { registrations: 10_000, perAddress: 64 };
/** ms that a room may be late with its refresh. */
const GRACE = 5000;

/** The rooms that are registered. No alias is in two registrations that hold. */
export class Registry {
  readonly #limits: RegistryLimits;
  readonly #registrations = new Map<string, Registration>();
  readonly #byAlias = new Map<string, string>();
  readonly #perAddress = new Map<string, number>();

  constructor(limits: RegistryLimits = LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#registrations.size;
  }

  all(): Registration[] {
    return [...this.#registrations.values()];
  }

  /**
   * Takes a room in. It takes the place of its own earlier registrations: of the same identifier, of the same user, or from the same
   * address with the same place for calls. An alias of any other room refuses it.
   */
  register(registration: Registration): RegistryAnswer {
    const own = new Set<Registration>();
    const former = this.#registrations.get(registration.endpointIdentifier);
    if (former !== undefined) {
      own.add(former);
    }
    const taken: Alias[] = [];
    for (const alias of registration.aliases) {
      const holder = this.byAlias(textOfAlias(alias) ?? '');
      if (holder !== undefined && !own.has(holder)) {
        if (isSameRoom(holder, registration)) {
          own.add(holder);
        } else {
          taken.push(alias);
        }
      }
    }
    if (taken.length > 0) {
      return { outcome: 'duplicate-alias', aliases: taken };
    }
    const source = sourceKey(registration.sourceAddress);
    const ownAtAddress = [...own].filter(({ sourceAddress }) => sourceKey(sourceAddress) === source).length;
    const atAddress = (this.#perAddress.get(source) ?? 0) - ownAtAddress;
    if (this.size - own.size >= this.#limits.registrations || atAddress >= this.#limits.perAddress) {
      return { outcome: 'full' };
    }
    for (const { endpointIdentifier } of own) {
      this.remove(endpointIdentifier);
    }
    this.#add(registration);
    const replaced = [...own].filter(
      ({ endpointIdentifier }) => endpointIdentifier !== registration.endpointIdentifier,
    );
    return { outcome: 'registered', replaced };
  }

  /** The room is still there. */
  refresh(endpointIdentifier: string, timeToLive: number, now: number): Registration | undefined {
    const registration = this.#registrations.get(endpointIdentifier);
    if (registration === undefined) {
      return undefined;
    }
    const refreshed = { ...registration, timeToLive, expiresAt: expiryOf(timeToLive, now) };
    this.#registrations.set(endpointIdentifier, refreshed);
    return refreshed;
  }

  /** Takes aliases from a room; with the last one the room goes. */
  removeAliases(endpointIdentifier: string, aliases: readonly Alias[]): void {
    const registration = this.#registrations.get(endpointIdentifier);
    if (registration === undefined) {
      return;
    }
    const gone = new Set(aliasKeys(aliases));
    const left = registration.aliases.filter((alias) => !gone.has(aliasKey(textOfAlias(alias) ?? '')));
    this.remove(endpointIdentifier);
    if (left.length > 0) {
      this.#add({ ...registration, aliases: left });
    }
  }

  remove(endpointIdentifier: string): Registration | undefined {
    const registration = this.#registrations.get(endpointIdentifier);
    if (registration === undefined) {
      return undefined;
    }
    this.#registrations.delete(endpointIdentifier);
    for (const key of aliasKeys(registration.aliases)) {
      this.#byAlias.delete(key);
    }
    const source = sourceKey(registration.sourceAddress);
    const left = (this.#perAddress.get(source) ?? 1) - 1;
    if (left > 0) {
      this.#perAddress.set(source, left);
    } else {
      this.#perAddress.delete(source);
    }
    return registration;
  }

  byIdentifier(endpointIdentifier: string): Registration | undefined {
    return this.#registrations.get(endpointIdentifier);
  }

  byAlias(alias: string): Registration | undefined {
    const identifier = this.#byAlias.get(aliasKey(alias));
    return identifier === undefined ? undefined : this.#registrations.get(identifier);
  }

  /** The room that takes calls there. */
  bySignalAddress({ address, port }: TransportAddress): Registration | undefined {
    return this.all().find(({ callSignalAddresses }) =>
      callSignalAddresses.some((own) => own.address === address && own.port === port),
    );
  }

  /** Lets go of rooms that were not refreshed. */
  expire(now: number): Registration[] {
    const gone = this.all().filter(({ expiresAt }) => expiresAt <= now);
    for (const { endpointIdentifier } of gone) {
      this.remove(endpointIdentifier);
    }
    return gone;
  }

  #add(registration: Registration): void {
    this.#registrations.set(registration.endpointIdentifier, registration);
    for (const key of aliasKeys(registration.aliases)) {
      this.#byAlias.set(key, registration.endpointIdentifier);
    }
    const source = sourceKey(registration.sourceAddress);
    this.#perAddress.set(source, (this.#perAddress.get(source) ?? 0) + 1);
  }
}

/** ms at which a registration of so many seconds is gone. */
export function expiryOf(timeToLive: number, now: number): number {
  return now + 1000 * timeToLive + GRACE;
}

function isSameRoom(before: Registration, after: Registration): boolean {
  if (before.user !== undefined || after.user !== undefined) {
    return before.user === after.user;
  }
  const [one] = before.callSignalAddresses;
  const [other] = after.callSignalAddresses;
  return before.sourceAddress === after.sourceAddress && one?.address === other?.address;
}
