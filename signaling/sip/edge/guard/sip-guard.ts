import type { GuardedDoor, Passage } from '../../../network/source-guard.ts';
import { sourceKey } from '../../../network/source-key.ts';
import { type TransportBan, TransportGuard, type TransportGuardOptions } from '../../../network/transport-guard.ts';
import type { SipRequest } from '../message/message.ts';
import { mayBegin, mayBeInside } from './inside.ts';
import { type AnsweredRequest, COSTS, outcomeOf } from './outcome.ts';
import { marksOf, type RequestMarks, type Sender } from './request-marks.ts';
import { RESERVES, type Reserve, RoomReserve, type RoomReserveOptions } from './room-reserve.ts';
import { isScanner } from './scanners.ts';

/** The rules of the guard, what it does with scanners, and how it knows nonces. */
export interface SipGuardOptions extends TransportGuardOptions, Pick<RoomReserveOptions, 'issued'> {
  /** Whether known scanners get no answer from their first request on. */
  readonly dropScanners: boolean;
}

/** Why the guard threw something away: a closed set, for metrics. */
export const GUARD_DROPS = ['banned', 'over-budget', 'scanner', 'connection'] as const;
/** One of `GUARD_DROPS`. */
export type GuardDrop = (typeof GUARD_DROPS)[number];

/**
 * Makes scanners cost nothing. A source pays for requests outside dialogs that come to nothing, by UDP and by TCP apart: see
 * `TransportGuard`. What stands is a dialog or a request of ours. Of a source that has nothing left to spend, and of one that is banned
 * for datagrams, which others may have sent, rooms that are known still get in: see `RoomReserve`. Pure: the time (ms) is an argument.
 */
export class SipGuard {
  readonly #sources: TransportGuard;
  readonly #reserve: RoomReserve;
  readonly #dropScanners: boolean;
  readonly #dropped = new Map<GuardDrop, number>(GUARD_DROPS.map((reason) => [reason, 0]));
  readonly #reserved = new Map<Reserve, number>(RESERVES.map((by) => [by, 0]));

  /** @throws RangeError where `never` names what is no network */
  constructor(options: SipGuardOptions) {
    this.#sources = new TransportGuard(options);
    // As much as a stranger has.
    this.#reserve = new RoomReserve({ share: options.allowance, issued: options.issued });
    this.#dropScanners = options.dropScanners;
  }

  /** Puts the guard before an edge. */
  protect(edge: GuardedDoor): void {
    this.#sources.protect(edge);
  }

  /**
   * How an unparsed message is to be taken. What by its look is neither `inside` nor may be a room's is `closed` too; of what is
   * `inside` and belongs to nothing that stands, `reserves` is to be asked.
   */
  take(bytes: Buffer, sender: Sender, now: number): Passage {
    const passage = this.passage(sender, now);
    if (passage === 'open' || (passage === 'inside' && (mayBegin(bytes) || mayBeInside(bytes)))) return passage;
    this.drop(passage === 'closed' ? 'banned' : 'over-budget');
    return 'closed';
  }

  /** How messages of this sender are taken. */
  passage({ protocol, remote: { address } }: Sender, now: number): Passage {
    const passage = this.#sources.passage(protocol, address, now);
    if (passage !== 'closed' || this.#sources.isProvenBanned(address, now)) return passage;
    return this.#reserve.isFor(sourceKey(address)) ? 'inside' : 'closed';
  }

  /** Whether a new request that is not let in otherwise is a known room's; it is counted, let in or not. */
  reserves(request: SipRequest, sender: Sender, now: number): boolean {
    const by = this.#reserve.take(request, sender, now);
    if (by === undefined) this.drop('over-budget');
    else this.#reserved.set(by, (this.#reserved.get(by) ?? 0) + 1);
    return by !== undefined;
  }

  /** Whether this request is a known scanner's, which is paid for here and gets no answer. */
  isScanner(userAgent: string | undefined, sender: Sender, now: number): boolean {
    if (!this.#dropScanners || !isScanner(userAgent) || this.#sources.isNever(sender.remote.address)) return false;
    this.fruitless(sender, now);
    return true;
  }

  /**
   * A request outside dialogs got its final answer.
   * @param registeredFor ms that a registration holds which it made
   * @param marks its own, where it made one
   */
  answered(sender: Sender, request: AnsweredRequest, now: number, registeredFor: number, marks?: RequestMarks): void {
    const { protocol, remote } = sender;
    const outcome = outcomeOf(request);
    if (outcome === 'success') {
      this.#sources.succeeded(protocol, remote.address, now, registeredFor);
      if (registeredFor > 0 && marks !== undefined) this.#reserve.registered(sender, marks, now);
    } else if (outcome !== 'open') this.#sources.spend(protocol, remote.address, COSTS[outcome], now);
  }

  /** Something came that no honest peer sends. */
  fruitless({ protocol, remote }: Sender, now: number): void {
    this.#sources.spend(protocol, remote.address, COSTS.fruitless, now);
  }

  /** Something came that was of no use, as happens to honest peers. */
  useless({ protocol, remote }: Sender, now: number): void {
    this.#sources.spend(protocol, remote.address, COSTS.usual, now);
  }

  /** A request came again. Where we are slow, honest peers repeat theirs: those that are trusted pay nothing for it. */
  repeated(sender: Sender, now: number): void {
    if (!this.#sources.isTrusted(sender.remote.address, now)) this.useless(sender, now);
  }

  /** A call was acknowledged: its sender hears us. */
  called(sender: Sender, acknowledgement: SipRequest, now: number): void {
    this.#sources.succeeded(sender.protocol, sender.remote.address, now);
    this.#reserve.called(sender, marksOf(acknowledgement), now);
  }

  /** We send a request of our own there: its answer is to be heard. */
  expected({ protocol, remote: { address } }: Sender, now: number): void {
    this.#sources.lift(address, now);
    this.#sources.succeeded(protocol, address, now);
  }

  /** A room registered before this guard was made. @param registeredFor ms that its registration holds */
  remember(sender: Sender, marks: RequestMarks, now: number, registeredFor: number): void {
    this.#sources.succeeded(sender.protocol, sender.remote.address, now, registeredFor);
    this.#reserve.registered(sender, marks, now);
  }

  /** Counts what was thrown away. */
  drop(reason: GuardDrop): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  /** What was thrown away so far. */
  get dropped(): ReadonlyMap<GuardDrop, number> {
    return this.#dropped;
  }

  /** New requests of known rooms that were let in while their source had nothing left to spend. */
  get reserved(): ReadonlyMap<Reserve, number> {
    return this.#reserved;
  }

  /** The bans that hold, the oldest first. */
  bans(now: number): TransportBan[] {
    return this.#sources.bans(now);
  }

  /** Ends the ban of a source, named by itself or by an address of it. @returns false where there was none */
  lift(name: string, now: number): boolean {
    return this.#sources.lift(name, now);
  }
}
