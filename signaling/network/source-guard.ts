import { type Ban, BanList } from './ban-list.ts';
import { Networks } from './networks.ts';
import { type Allowance, SourceBudgets } from './source-budgets.ts';
import { sourceKey } from './source-key.ts';
import { Standing } from './standing.ts';

/** Who is banned after what, and for how long. */
export interface SourceGuardOptions {
  /** What of one source may come to nothing: at once, and in a second in the long run. */
  readonly allowance: Allowance;
  /** ms that a source is banned which sends more. */
  readonly banTime: number;
  /** Addresses and networks that are never limited: see `readNetwork`. */
  readonly never: readonly string[];
  /** Called for every new ban. */
  readonly banned?: (ban: Ban) => void;
}

/**
 * How what comes from a source is taken: `open`; `inside`: only what belongs to something that stands; `closed`: nothing, unread.
 */
export type Passage = 'open' | 'inside' | 'closed';

/** What the guard asks and tells the doors that it guards. */
export interface GuardedDoor {
  /** Whether something with this source stands, such as a call. Asked when its budget is spent, once a second at the most. */
  stands(source: string): boolean;
  /** To close all connections of a source. */
  close(source: string): void;
}

/** How much more a source may spend that had a call or a registration within the last hour: a school behind one address. */
const TRUST = 10;
/** What a success gives back to a source that had one before: a challenge or two that led to it. */
const GIVEN_BACK = 1;
/** Sources of each kind that are kept. */
const CAPACITY = 10_000;
/** ms between two looks whether a source that has spent its budget still has something that stands. */
const LOOK = 1000;

/**
 * Budgets and bans of sources (`sourceKey`), whatever they speak. A source pays for what comes to nothing; one that has spent its budget
 * is banned. One with a call or registration is not, as addresses of UDP can be forged: of it only what is new is left out, until
 * it has something to spend again. Pure: the time (ms) is an argument.
 */
export class SourceGuard {
  readonly #options: SourceGuardOptions;
  readonly #trusted: Allowance;
  readonly #never: Networks;
  readonly #bans: BanList;
  readonly #budgets = new SourceBudgets(CAPACITY);
  readonly #standing = new Standing(CAPACITY);
  /** Sources without a budget that are not banned, and when to look at them again. */
  readonly #limited = new Map<string, number>();
  #door: GuardedDoor | undefined;

  /** @throws RangeError where `never` names what is no network */
  constructor(options: SourceGuardOptions) {
    this.#options = options;
    const { burst, rate } = options.allowance;
    this.#trusted = { burst: TRUST * burst, rate: TRUST * rate };
    this.#never = new Networks(options.never);
    this.#bans = new BanList(options.banTime, CAPACITY);
  }

  /** Puts the guard before a door. */
  protect(door: GuardedDoor): void {
    this.#door = door;
  }

  /** How what comes from this address is taken. */
  passage(address: string, now: number): Passage {
    const source = sourceKey(address);
    if (this.#bans.has(source, now)) return 'closed';
    const look = this.#limited.get(source);
    if (look === undefined) return 'open';
    const allowance = this.#allowance(source, now);
    const left = this.#budgets.left(source, allowance, now);
    if (left >= allowance.burst) this.#limited.delete(source);
    if (left >= 1) return 'open';
    return now < look ? 'inside' : this.#limit(source, now);
  }

  /** Something of this address came to nothing. */
  spend(address: string, cost: number, now: number): void {
    if (this.#never.has(address)) return;
    const source = sourceKey(address);
    if (this.#bans.has(source, now)) return;
    const allowance = this.#allowance(source, now);
    const look = this.#limited.get(source);
    if (look === undefined) {
      if (!this.#budgets.spend(source, cost, allowance, now)) this.#limit(source, now);
    } else if (this.#budgets.left(source, allowance, now) >= cost) {
      // What comes back is spent as it comes: nothing beyond it is let in.
      this.#budgets.spend(source, cost, allowance, now);
    } else if (now >= look) {
      this.#limit(source, now);
    }
  }

  /** Something of this address came to something. @param registeredFor ms that its registration holds */
  succeeded(address: string, now: number, registeredFor?: number): void {
    const source = sourceKey(address);
    // The first one forgives all. More do not: who knows one class would try all others between two calls to it.
    if (this.#standing.isTrusted(source, now)) {
      this.#budgets.giveBack(source, GIVEN_BACK, this.#trusted, now);
    } else {
      this.#budgets.forgive(source);
    }
    this.#standing.succeeded(source, now, registeredFor);
  }

  /** Something of this address came to something in another way: it is trusted, but what it has spent here stays spent. */
  vouch(address: string, now: number, registeredFor?: number): void {
    this.#standing.succeeded(sourceKey(address), now, registeredFor);
  }

  /** Whether this address is banned. */
  isBanned(address: string, now: number): boolean {
    return this.#bans.has(sourceKey(address), now);
  }

  /** Whether something of this address came to something within the last hour. */
  isTrusted(address: string, now: number): boolean {
    return this.#standing.isTrusted(sourceKey(address), now);
  }

  /** Whether this address is never limited. */
  isNever(address: string): boolean {
    return this.#never.has(address);
  }

  /** The bans that hold, the oldest first. */
  bans(now: number): Ban[] {
    return this.#bans.list(now);
  }

  /** Ends the ban of a source, named by itself or by an address of it. @returns false where there was none */
  lift(name: string, now: number): boolean {
    const source = sourceKey(name.replace(/\/64$/, ''));
    this.#budgets.forgive(source);
    return this.#bans.lift(source, now);
  }

  #allowance(source: string, now: number): Allowance {
    return this.#standing.isTrusted(source, now) ? this.#trusted : this.#options.allowance;
  }

  /** The source has nothing left to spend. */
  #limit(source: string, now: number): Passage {
    this.#limited.delete(source);
    if (this.#standing.isRegistered(source, now) || this.#door?.stands(source) === true) {
      this.#limited.set(source, now + LOOK);
      const [oldest] = this.#limited.keys();
      if (this.#limited.size > CAPACITY && oldest !== undefined) this.#limited.delete(oldest);
      return 'inside';
    }
    const ban = this.#bans.add(source, now);
    this.#door?.close(source);
    this.#options.banned?.(ban);
    return 'closed';
  }
}
