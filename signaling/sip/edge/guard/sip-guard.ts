import { sourceKey } from '../../../network/source-key.ts';
import { type Ban, BanList } from './ban-list.ts';
import { mayBeInside } from './inside.ts';
import { Networks } from './networks.ts';
import { type AnsweredRequest, COSTS, outcomeOf } from './outcome.ts';
import { isScanner } from './scanners.ts';
import { type Allowance, SourceBudgets } from './source-budgets.ts';
import { Standing } from './standing.ts';

export interface SipGuardOptions {
  /** Requests outside dialogs of one source that may come to nothing: at once, and in a second in the long run. */
  readonly allowance: Allowance;
  /** ms that a source is banned which sends more. */
  readonly banTime: number;
  /** Addresses and networks that are never limited: see `readNetwork`. */
  readonly never: readonly string[];
  /** Whether known scanners get no answer from their first request on. */
  readonly dropScanners: boolean;
  /** Called for every new ban. */
  readonly banned?: (ban: Ban) => void;
}

/**
 * How a source's messages are taken: `open`; `inside`: only what belongs to a dialog or transaction that stands; `closed`:
 * nothing, unread.
 */
export type Passage = 'open' | 'inside' | 'closed';

/** Why the guard threw something away: a closed set, for metrics. */
export const GUARD_DROPS = ['banned', 'over-budget', 'scanner', 'connection'] as const;
export type GuardDrop = (typeof GUARD_DROPS)[number];

/** What the guard asks and tells the edge. */
export interface GuardedEdge {
  /** Whether a dialog or a request of ours to this source stands. Asked when its budget is spent, once a second at the most. */
  stands(source: string): boolean;
  /** To close all connections of a source. */
  close(source: string): void;
}

/** How much more a source may spend that had a call or a registration within the last hour: a school behind one address. */
const TRUST = 10;
/** Sources of each kind that are kept. */
const CAPACITY = 10_000;
/** ms between two looks whether a source that has spent its budget still has something that stands. */
const LOOK = 1000;

/**
 * Makes scanners cost nothing. A source (`sourceKey`) pays for requests outside dialogs that come to nothing; one that has
 * spent its budget is banned. One with a call or registration is not, as addresses of UDP can be forged: of it only what is
 * new is left out, until it has something to spend again. Pure: the time (ms) is an argument.
 */
export class SipGuard {
  readonly #options: SipGuardOptions;
  readonly #trusted: Allowance;
  readonly #never: Networks;
  readonly #bans: BanList;
  readonly #budgets = new SourceBudgets(CAPACITY);
  readonly #standing = new Standing(CAPACITY);
  /** Sources without a budget that are not banned, and when to look at them again. */
  readonly #limited = new Map<string, number>();
  readonly #dropped = new Map<GuardDrop, number>(GUARD_DROPS.map((reason) => [reason, 0]));
  #edge: GuardedEdge | undefined;

  /** @throws RangeError where `never` names what is no network */
  constructor(options: SipGuardOptions) {
    this.#options = options;
    const { burst, rate } = options.allowance;
    this.#trusted = { burst: TRUST * burst, rate: TRUST * rate };
    this.#never = new Networks(options.never);
    this.#bans = new BanList(options.banTime, CAPACITY);
  }

  /** Puts the guard before an edge. */
  protect(edge: GuardedEdge): void {
    this.#edge = edge;
  }

  /** How an unparsed message from this address is to be taken. What cannot be `inside` by the look of it is `closed` too. */
  take(bytes: Buffer, address: string, now: number): Passage {
    const passage = this.passage(address, now);
    if (passage === 'open' || (passage === 'inside' && mayBeInside(bytes))) return passage;
    this.drop(passage === 'closed' ? 'banned' : 'over-budget');
    return 'closed';
  }

  /** How messages from this address are taken. */
  passage(address: string, now: number): Passage {
    const source = sourceKey(address);
    if (this.#bans.has(source, now)) return 'closed';
    const look = this.#limited.get(source);
    if (look === undefined) return 'open';
    if (this.#budgets.left(source, this.#allowance(source, now), now) >= 1) {
      this.#limited.delete(source);
      return 'open';
    }
    return now < look ? 'inside' : this.#limit(source, now);
  }

  /** Whether this request is a known scanner's, which is paid for here and gets no answer. */
  isScanner(userAgent: string | undefined, address: string, now: number): boolean {
    if (!this.#options.dropScanners || !isScanner(userAgent) || this.#never.has(address)) return false;
    this.#spend(address, COSTS.fruitless, now);
    return true;
  }

  /** A request outside dialogs got its final answer. @param registeredFor ms that a registration holds which it made */
  answered(address: string, request: AnsweredRequest, now: number, registeredFor: number): void {
    const outcome = outcomeOf(request);
    if (outcome === 'success') this.#succeeded(sourceKey(address), now, registeredFor);
    else if (outcome !== 'open') this.#spend(address, COSTS[outcome], now);
  }

  /** Something came that no honest peer sends. */
  fruitless(address: string, now: number): void {
    this.#spend(address, COSTS.fruitless, now);
  }

  /** Something came that was of no use, as happens to honest peers. */
  useless(address: string, now: number): void {
    this.#spend(address, COSTS.usual, now);
  }

  /** A request came again. Where we are slow, honest peers repeat theirs: those that are trusted pay nothing for it. */
  repeated(address: string, now: number): void {
    if (!this.#standing.isTrusted(sourceKey(address), now)) this.#spend(address, COSTS.usual, now);
  }

  /** A call from this address was acknowledged: its sender hears us. */
  called(address: string, now: number): void {
    this.#succeeded(sourceKey(address), now);
  }

  /** We send this address a request of our own: its answer is to be heard. */
  expected(address: string, now: number): void {
    const source = sourceKey(address);
    this.#bans.lift(source, now);
    this.#succeeded(source, now);
  }

  /** Counts what was thrown away. */
  drop(reason: GuardDrop): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  /** What was thrown away so far. */
  get dropped(): ReadonlyMap<GuardDrop, number> {
    return this.#dropped;
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

  #succeeded(source: string, now: number, registeredFor?: number): void {
    this.#standing.succeeded(source, now, registeredFor);
    this.#budgets.forgive(source);
    this.#limited.delete(source);
  }

  #spend(address: string, cost: number, now: number): void {
    if (this.#never.has(address)) return;
    const source = sourceKey(address);
    if (this.#limited.has(source) || this.#bans.has(source, now)) return;
    if (!this.#budgets.spend(source, cost, this.#allowance(source, now), now)) this.#limit(source, now);
  }

  /** The source has nothing left to spend. */
  #limit(source: string, now: number): Passage {
    this.#limited.delete(source);
    if (this.#standing.isRegistered(source, now) || this.#edge?.stands(source) === true) {
      this.#limited.set(source, now + LOOK);
      const [oldest] = this.#limited.keys();
      if (this.#limited.size > CAPACITY && oldest !== undefined) this.#limited.delete(oldest);
      return 'inside';
    }
    const ban = this.#bans.add(source, now);
    this.#edge?.close(source);
    this.#options.banned?.(ban);
    return 'closed';
  }
}
