import type { Ban } from '../../../network/ban-list.ts';
import { type GuardedDoor, type Passage, SourceGuard, type SourceGuardOptions } from '../../../network/source-guard.ts';
import { mayBeInside } from './inside.ts';
import { type AnsweredRequest, COSTS, outcomeOf } from './outcome.ts';
import { isScanner } from './scanners.ts';

export type { Passage };

/** The rules of the guard, and what it does with scanners. */
export interface SipGuardOptions extends SourceGuardOptions {
  /** Whether known scanners get no answer from their first request on. */
  readonly dropScanners: boolean;
}

/** Why the guard threw something away: a closed set, for metrics. */
export const GUARD_DROPS = ['banned', 'over-budget', 'scanner', 'connection'] as const;
/** One of `GUARD_DROPS`. */
export type GuardDrop = (typeof GUARD_DROPS)[number];

/**
 * Makes scanners cost nothing. A source pays for requests outside dialogs that come to nothing: see `SourceGuard`. What stands is a
 * dialog or a request of ours. Pure: the time (ms) is an argument.
 */
export class SipGuard {
  readonly #sources: SourceGuard;
  readonly #dropScanners: boolean;
  readonly #dropped = new Map<GuardDrop, number>(GUARD_DROPS.map((reason) => [reason, 0]));

  /** @throws RangeError where `never` names what is no network */
  constructor(options: SipGuardOptions) {
    this.#sources = new SourceGuard(options);
    this.#dropScanners = options.dropScanners;
  }

  /** Puts the guard before an edge. */
  protect(edge: GuardedDoor): void {
    this.#sources.protect(edge);
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
    return this.#sources.passage(address, now);
  }

  /** Whether this request is a known scanner's, which is paid for here and gets no answer. */
  isScanner(userAgent: string | undefined, address: string, now: number): boolean {
    if (!this.#dropScanners || !isScanner(userAgent) || this.#sources.isNever(address)) return false;
    this.fruitless(address, now);
    return true;
  }

  /** A request outside dialogs got its final answer. @param registeredFor ms that a registration holds which it made */
  answered(address: string, request: AnsweredRequest, now: number, registeredFor: number): void {
    const outcome = outcomeOf(request);
    if (outcome === 'success') this.#sources.succeeded(address, now, registeredFor);
    else if (outcome !== 'open') this.#sources.spend(address, COSTS[outcome], now);
  }

  /** Something came that no honest peer sends. */
  fruitless(address: string, now: number): void {
    this.#sources.spend(address, COSTS.fruitless, now);
  }

  /** Something came that was of no use, as happens to honest peers. */
  useless(address: string, now: number): void {
    this.#sources.spend(address, COSTS.usual, now);
  }

  /** A request came again. Where we are slow, honest peers repeat theirs: those that are trusted pay nothing for it. */
  repeated(address: string, now: number): void {
    if (!this.#sources.isTrusted(address, now)) this.useless(address, now);
  }

  /** A call from this address was acknowledged: its sender hears us. */
  called(address: string, now: number): void {
    this.#sources.succeeded(address, now);
  }

  /** We send this address a request of our own: its answer is to be heard. */
  expected(address: string, now: number): void {
    this.#sources.lift(address, now);
    this.called(address, now);
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
    return this.#sources.bans(now);
  }

  /** Ends the ban of a source, named by itself or by an address of it. @returns false where there was none */
  lift(name: string, now: number): boolean {
    return this.#sources.lift(name, now);
  }
}
