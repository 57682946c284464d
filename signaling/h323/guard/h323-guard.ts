import type { EndReason } from '../../call/call.ts';
import type { GuardedDoor } from '../../network/source-guard.ts';
import {
  type Transport,
  type TransportBan,
  TransportGuard,
  type TransportGuardOptions,
} from '../../network/transport-guard.ts';
import type { GatekeeperEvent } from '../ras/gatekeeper/options.ts';
import { COSTS, type Outcome, outcomeOfCall, outcomeOfDatagram } from './outcome.ts';

/** The rules of the guard, and its clock. */
export interface H323GuardOptions extends TransportGuardOptions {
  /** ms since the epoch. */
  readonly now: () => number;
}

const H323_GUARD_DROPS = ['connection', 'call', 'datagram'] as const;
/** What the guard left out: connections, calls on connections that stand, datagrams of RAS. A closed set, for metrics. */
export type H323GuardDrop = (typeof H323_GUARD_DROPS)[number];

/**
 * Keeps off who tries class codes and passwords, or sends what is no H.323. A source pays for connections, calls and requests of RAS that
 * come to nothing: see `TransportGuard`. What stands is a call, or a registration. RAS, which comes by UDP, has budgets and bans of its
 * own, so that it does not keep the calls of an address out.
 */
export class H323Guard {
  readonly #sources: TransportGuard;
  readonly #now: () => number;
  readonly #dropped = new Map<H323GuardDrop, number>(H323_GUARD_DROPS.map((kind) => [kind, 0]));

  /** @throws RangeError where `never` names what is no network */
  constructor(options: H323GuardOptions) {
    this.#sources = new TransportGuard(options);
    this.#now = options.now;
  }

  /** Puts the guard before the doors. */
  protect(door: GuardedDoor): void {
    this.#sources.protect(door);
  }

  /** Whether a connection from this address is taken. */
  takesConnection(address: string): boolean {
    return this.#sources.passage('tcp', address, this.#now()) === 'open' || this.#drop('connection');
  }

  /** Whether a new call is taken on a connection from this address. */
  takesCall(address: string): boolean {
    return this.#sources.passage('tcp', address, this.#now()) === 'open' || this.#drop('call');
  }

  /** Whether a datagram of RAS is read. Those of a source with a call or a registration always are: a room must be able to refresh it. */
  takesDatagram(address: string): boolean {
    return this.#sources.passage('udp', address, this.#now()) !== 'closed' || this.#drop('datagram');
  }

  /** A call from this address was answered. */
  called(address: string): void {
    this.#sources.succeeded('tcp', address, this.#now());
  }

  /** A call from this address ended before it was answered. */
  callEnded(address: string, reason: EndReason): void {
    this.#spend('tcp', address, outcomeOfCall(reason));
  }

  /** Something came from this address that cannot be read. */
  unreadable(address: string): void {
    this.#spend('tcp', address, 'fruitless');
  }

  /** A connection from this address is gone, or was of no use for too long, and no call was on it. */
  idle(address: string): void {
    this.#spend('tcp', address, 'usual');
  }

  /** Something happened at the gatekeeper. Only a password proves a room: whoever likes registers without one where that is allowed. */
  registering(event: GatekeeperEvent): void {
    if ('address' in event) {
      this.#spend('udp', event.address, outcomeOfDatagram(event));
    } else if (event.type === 'registered' && event.registration.user !== undefined) {
      this.#sources.succeeded('udp', event.registration.sourceAddress, this.#now());
    }
  }

  /** What was left out so far. */
  get dropped(): ReadonlyMap<H323GuardDrop, number> {
    return this.#dropped;
  }

  /** The bans that hold, the oldest first. Those for RAS close UDP alone. */
  bans(): TransportBan[] {
    return this.#sources.bans(this.#now());
  }

  /** Ends the bans of a source, named by itself or by an address of it. @returns false where there was none */
  lift(name: string): boolean {
    return this.#sources.lift(name, this.#now());
  }

  #spend(transport: Transport, address: string, outcome: Outcome): void {
    if (outcome !== 'none') {
      this.#sources.spend(transport, address, COSTS[outcome], this.#now());
    }
  }

  #drop(kind: H323GuardDrop): false {
    this.#dropped.set(kind, (this.#dropped.get(kind) ?? 0) + 1);
    return false;
  }
}
