import { sourceKey } from '../../network/source-key.ts';

/** Wrong passwords for one user from one address before the address must wait. */
const ALLOWED = 10;
/** ms that it waits, and after which single failures are forgotten. */
const WAIT = 300_000;
/** Pairs of user and address that are kept. */
const CAPACITY = 10_000;

/** Wrong passwords before a wait (default 10), how long it is (300 000), and pairs of user and address that are kept (10 000). */
export interface FailureLimitOptions {
  readonly allowed?: number;
  /** ms */
  readonly wait?: number;
  readonly capacity?: number;
}

/**
 * Slows the guessing of passwords: so many failures for one user from one address (one IPv6 /64), then a wait. Others go on, so
 * that a stranger cannot lock a room out. Bounded: the pair that failed longest ago is forgotten first.
 */
export class FailureLimit {
  readonly #allowed: number;
  readonly #wait: number;
  readonly #capacity: number;
  readonly #failures = new Map<string, { readonly count: number; readonly last: number }>();

  constructor(options: FailureLimitOptions = {}) {
    this.#allowed = options.allowed ?? ALLOWED;
    this.#wait = options.wait ?? WAIT;
    this.#capacity = options.capacity ?? CAPACITY;
  }

  get size(): number {
    return this.#failures.size;
  }

  /** ms until this address may try this user again; 0 where it may now. */
  remaining(user: string, address: string, now: number): number {
    const entry = this.#failures.get(keyOf(user, address));
    return entry === undefined || entry.count < this.#allowed ? 0 : Math.max(0, entry.last + this.#wait - now);
  }

  /** A wrong password at time `now` (ms). */
  failed(user: string, address: string, now: number): void {
    const key = keyOf(user, address);
    const entry = this.#failures.get(key);
    const count = entry === undefined || now - entry.last >= this.#wait ? 1 : entry.count + 1;
    // Taken out and put in, so that the order of the table is that of the last failure.
    this.#failures.delete(key);
    for (const [oldest, { last }] of this.#failures) {
      if (this.#failures.size < this.#capacity && now - last < this.#wait) break;
      this.#failures.delete(oldest);
    }
    this.#failures.set(key, { count, last: now });
  }

  /** A right password: earlier failures are forgiven. */
  succeeded(user: string, address: string): void {
    this.#failures.delete(keyOf(user, address));
  }
}

/** The user first, cut: what a stranger writes there is of any length. */
function keyOf(user: string, address: string): string {
  return `${sourceKey(address)} ${user.slice(0, 64)}`;
}
