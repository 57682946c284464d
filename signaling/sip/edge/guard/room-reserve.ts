import { type Allowance, SourceBudgets } from '../../../network/source-budgets.ts';
import { sourceKey } from '../../../network/source-key.ts';
import type { SipRequest } from '../message/message.ts';
import { KnownMarks } from './known-marks.ts';
import { marksOf, nonceOf, type RequestMarks, type Sender } from './request-marks.ts';

/** By what a request is known to be a room's whose source has nothing left to spend: a closed set, for metrics. */
export const RESERVES = [
  /** Call-ID of its registration. */
  'call-id',
  /** Port (of UDP) and user of its registration. */
  'registered',
  /** Port (of UDP) and user of an earlier call. */
  'caller',
  /** A nonce that was sent to its address. */
  'nonce',
] as const;
/** One of `RESERVES`. */
export type Reserve = (typeof RESERVES)[number];

/** What the reserve is made of. */
export interface RoomReserveOptions {
  /** What each kind of proof has of one source. */
  readonly share: Allowance;
  /** Whether a nonce was issued to an address. */
  readonly issued?: ((nonce: string, address: string) => boolean) | undefined;
}

/** What one room has of the share: enough for a REGISTER and an INVITE with their challenges, and for repetitions. */
const ROOM_SHARE: Allowance = { burst: 8, rate: 0.5 };
/** What is kept of registrations, and as much of callers: some hundred bytes each. */
const LIMITS = { marks: 20_000, marksPerSource: 64 };
/** Shares that are kept: of rooms and of sources. */
const SHARES = 10_000;

/**
 * What is kept free for rooms of a source that has nothing left to spend, since whoever forges its address spends it for them: new
 * requests are let in that carry what only the room knows, or what he who forges must guess. Nothing is kept of strangers: marks are
 * learnt from a REGISTER that was accepted and from a call that was acknowledged, nonces are known by their seal. Each kind has a share
 * of its own, as some are easier to come by: port and user can be guessed, and whoever knows a class code may be a caller. Pure: the time (ms) is an argument.
 */
export class RoomReserve {
  readonly #options: RoomReserveOptions;
  readonly #registered = new KnownMarks(LIMITS);
  readonly #callers = new KnownMarks(LIMITS);
  readonly #shares = new SourceBudgets(SHARES);
  readonly #roomShares = new SourceBudgets(SHARES);

  constructor(options: RoomReserveOptions) {
    this.#options = options;
  }

  /** A REGISTER was accepted. */
  registered(sender: Sender, marks: RequestMarks, now: number): void {
    const source = sourceKey(sender.remote.address);
    this.#registered.learn(source, callMark(marks), now);
    this.#registered.learn(source, senderMark(sender, marks), now);
  }

  /** A call of a room was acknowledged by it. */
  called(sender: Sender, marks: RequestMarks, now: number): void {
    this.#callers.learn(sourceKey(sender.remote.address), senderMark(sender, marks), now);
  }

  /** Whether rooms of this source are known. */
  isFor(source: string): boolean {
    return this.#registered.hasAny(source) || this.#callers.hasAny(source);
  }

  /** Lets a new request in, and takes it off the share. @returns by what; undefined where it is not let in */
  take(request: SipRequest, sender: Sender, now: number): Reserve | undefined {
    if (request.method !== 'INVITE' && request.method !== 'REGISTER') return undefined;
    const { address } = sender.remote;
    const source = sourceKey(address);
    const marks = marksOf(request);
    const pays = (by: Reserve, mark: string) => this.#pays(by, source, mark, now);
    const [call, from] = [callMark(marks), senderMark(sender, marks)];
    if (this.#registered.has(source, call, now) && pays('call-id', call)) return 'call-id';
    if (this.#registered.has(source, from, now) && pays('registered', from)) return 'registered';
    if (this.#callers.has(source, from, now) && pays('caller', from)) return 'caller';
    // Last, as it costs most.
    const nonce = nonceOf(request);
    const isIssued = nonce !== undefined && this.#options.issued?.(nonce, address) === true;
    return isIssued && pays('nonce', '') ? 'nonce' : undefined;
  }

  #pays(by: Reserve, source: string, mark: string, now: number): boolean {
    const room = `${by} ${source} ${mark}`;
    const all = `${by} ${source}`;
    const { share } = this.#options;
    // Asked first: what is refused must not cost, or a flood would let nothing come back.
    if (this.#roomShares.left(room, ROOM_SHARE, now) < 1 || this.#shares.left(all, share, now) < 1) return false;
    this.#roomShares.spend(room, 1, ROOM_SHARE, now);
    this.#shares.spend(all, 1, share, now);
    return true;
  }
}

const callMark = ({ callId }: RequestMarks) => `call ${callId}`;
/** A connection has another port each time, and proves its address by itself. */
const senderMark = ({ protocol, remote }: Sender, { user }: RequestMarks) =>
  `from ${protocol} ${remote.address} ${protocol === 'udp' ? remote.port : ''} ${user}`;
