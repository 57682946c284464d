import type { EndReason } from '../../call/call.ts';
import type { Ban } from '../../network/ban-list.ts';
import { type GuardedDoor, SourceGuard, type SourceGuardOptions } from '../../network/source-guard.ts';
import type { GatekeeperEvent } from '../ras/gatekeeper/options.ts';
import { COSTS, type Outcome, outcomeOfCall, outcomeOfDatagram } from './outcome.ts';

/** The rules of the guard, and its clock. */
export interface H323GuardOptions extends SourceGuardOptions {
  /** ms since the epoch. */
  readonly now: () => number;
}

const H323_GUARD_DROPS = ['connection', 'call', 'datagram'] as const;
/** What the guard left out: connections, calls on connections that stand, datagrams of RAS. A closed set, for metrics. */
export type H323GuardDrop = (typeof H323_GUARD_DROPS)[number];

/**
 * Keeps off who tries class codes and passwords, or sends what is no H.323. A source pays for connections, calls and requests of RAS that
 * come to nothing: see `SourceGuard`. What stands is a call, or a registration. RAS has budgets and bans of its own: addresses of
 * datagrams can be forged, those of connections cannot, so that what comes by RAS must not keep the calls of an address out.
 */
export class H323Guard {
  /** Who connects. */
  readonly #callers: SourceGuard;
  /** Who sends RAS. */
  readonly #askers: SourceGuard;
  readonly #now: () => number;
  readonly #dropped = new Map<H323GuardDrop, number>(H323_GUARD_DROPS.map((kind) => [kind, 0]));

  /** @throws RangeError where `never` names what is no network */
  constructor(options: H323GuardOptions) {
    this.#callers = new SourceGuard(options);
    this.#askers = new SourceGuard(options);
    this.#now = options.now;
  }

  /** Puts the guard before the doors. */
  protect(door: GuardedDoor): void {
    this.#callers.protect(door);
    this.#askers.protect({ stands: (source) => door.stands(source), close: () => undefined });
  }

  /** Whether a connection from this address is taken. */
  takesConnection(address: string): boolean {
    return this.#callers.passage(address, this.#now()) === 'open' || this.#drop('connection');
  }

  /** Whether a new call is taken on a connection from this address. */
  takesCall(address: string): boolean {
    return this.#callers.passage(address, this.#now()) === 'open' || this.#drop('call');
  }

  /** Whether a datagram of RAS is read. Those of a source with a call or a registration always are: a room must be able to refresh it. */
  takesDatagram(address: string): boolean {
    const now = this.#now();
    const isClosed = [this.#callers, this.#askers].some((sources) => sources.passage(address, now) === 'closed');
    return !isClosed || this.#drop('datagram');
  }

  /** A call from this address was answered. */
  called(address: string): void {
    this.#succeeded(address);
  }

  /** A call from this address ended before it was answered. */
  callEnded(address: string, reason: EndReason): void {
    this.#spend(this.#callers, address, outcomeOfCall(reason));
  }

  /** Something came from this address that cannot be read. */
  unreadable(address: string): void {
    this.#spend(this.#callers, address, 'fruitless');
  }

  /** A connection from this address is gone, or was of no use for too long, and no call was on it. */
  idle(address: string): void {
    this.#spend(this.#callers, address, 'usual');
  }

  /** Something happened at the gatekeeper. Only a password proves a room: whoever likes registers without one where that is allowed. */
  registering(event: GatekeeperEvent): void {
    if ('address' in event) {
      this.#spend(this.#askers, event.address, outcomeOfDatagram(event));
    } else if (event.type === 'registered' && event.registration.user !== undefined) {
      this.#succeeded(event.registration.sourceAddress);
    }
  }

  /** What was left out so far. */
  get dropped(): ReadonlyMap<H323GuardDrop, number> {
    return this.#dropped;
  }

  /** The bans that hold, the oldest first; of two bans of one source, that it is banned as long as one of them holds. */
  bans(): Ban[] {
    const now = this.#now();
    const bans = new Map<string, Ban>();
    for (const ban of [...this.#callers.bans(now), ...this.#askers.bans(now)]) {
      const { source, since, until } = ban;
      const other = bans.get(source) ?? ban;
      bans.set(source, { source, since: Math.min(since, other.since), until: Math.max(until, other.until) });
    }
    return [...bans.values()].sort((a, b) => a.since - b.since);
  }

  /** Ends the bans of a source, named by itself or by an address of it. @returns false where there was none */
  lift(name: string): boolean {
    const now = this.#now();
    return [this.#callers, this.#askers].map((sources) => sources.lift(name, now)).includes(true);
  }

  #succeeded(address: string): void {
    const now = this.#now();
    this.#callers.succeeded(address, now);
    this.#askers.succeeded(address, now);
  }

  #spend(sources: SourceGuard, address: string, outcome: Outcome): void {
    if (outcome !== 'none') {
      sources.spend(address, COSTS[outcome], this.#now());
    }
  }

  #drop(kind: H323GuardDrop): false {
    this.#dropped.set(kind, (this.#dropped.get(kind) ?? 0) + 1);
    return false;
  }
}
