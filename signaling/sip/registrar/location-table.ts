import type { RegisterRequest, RequestedContact } from './register-request.ts';

/** Where a REGISTER came from: the way back through a NAT. */
export interface Arrival {
  /** `udp` or `tcp`, as the SIP server names it. */
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

/** A contact of a user, until it expires. */
export interface Binding extends RequestedContact {
  /** Time (ms) after which it is gone. */
  readonly expiresAt: number;
  readonly callId: string;
  readonly sequence: number;
  readonly arrival: Arrival;
}

/** Contacts of one user; one more drives out the one that would expire first. */
const MOST_BINDINGS = 10;

/**
 * Which contacts hold for which user (RFC 3261 §10.3: the location service). Only proven users get in, so that it is bounded by
 * their number.
 */
export class LocationTable {
  readonly #users = new Map<string, Map<string, Binding>>();

  /**
   * Does what a REGISTER asks, all of it or nothing; lifetimes of contacts are taken as they are.
   * @returns false where the request is older than one that was carried out (RFC 3261 §10.3, items 6 and 7)
   */
  update(request: RegisterRequest, arrival: Arrival, now: number): boolean {
    const { user, callId, sequence, contacts } = request;
    const current = this.#current(user, now);
    const touched = contacts === 'all' ? [...current.values()] : contacts.flatMap(({ key }) => current.get(key) ?? []);
    if (touched.some((binding) => binding.callId === callId && sequence <= binding.sequence)) return false;
    for (const { key } of touched) current.delete(key);
    for (const contact of contacts === 'all' ? [] : contacts) {
      // Named twice in one request: the later one holds.
      current.delete(contact.key);
      if (contact.expires === 0) continue;
      if (current.size >= MOST_BINDINGS) dropFirstToExpire(current);
      current.set(contact.key, { ...contact, expiresAt: now + 1000 * contact.expires, callId, sequence, arrival });
    }
    if (current.size > 0) this.#users.set(user, current);
    else this.#users.delete(user);
    return true;
  }

  /** The contacts that hold, the preferred and then the latest first. */
  bindings(user: string, now: number): Binding[] {
    return [...this.#current(user, now).values()].reverse().sort((one, other) => other.q - one.q);
  }

  /** Puts back contacts that were kept elsewhere, the latest last; those of this table go. */
  restore(user: string, bindings: readonly Binding[], now: number): void {
    const holding = bindings.filter(({ expiresAt }) => expiresAt > now).slice(-MOST_BINDINGS);
    this.#users.set(user, new Map(holding.map((binding) => [binding.key, binding])));
    this.#current(user, now);
  }

  /** Contacts of all users that hold. */
  size(now: number): number {
    let count = 0;
    for (const user of [...this.#users.keys()]) count += this.#current(user, now).size;
    return count;
  }

  #current(user: string, now: number): Map<string, Binding> {
    const bindings = this.#users.get(user) ?? new Map<string, Binding>();
    for (const [key, { expiresAt }] of bindings) {
      if (expiresAt <= now) bindings.delete(key);
    }
    if (bindings.size === 0) this.#users.delete(user);
    return bindings;
  }
}

function dropFirstToExpire(bindings: Map<string, Binding>): void {
  const [first] = [...bindings.values()].sort((one, other) => one.expiresAt - other.expiresAt);
  if (first !== undefined) bindings.delete(first.key);
}
