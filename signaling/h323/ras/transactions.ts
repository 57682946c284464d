import type { TransportAddress } from '#codecs/media/description.ts';
import { type RasMessage, sequenceNumberOf } from './message.ts';

/** ms until a request is sent again, times that it is sent in all (H.225.0 table 18: 3 s and 2 retries; discovery 5 s). */
const TIMEOUT = 3000;
const TRIES = 3;
/** Requests under way at once. */
const MOST = 10_000;
/** ms: no gatekeeper may make us wait longer by RequestInProgress. */
const LONGEST_PROGRESS = 60_000;

/** The answer of the other side, undefined where none came, and when (ms). */
export type Settle = (answer: RasMessage | undefined, at: number) => void;

interface Pending {
  readonly data: Buffer;
  readonly to: TransportAddress;
  readonly settle: Settle;
  tries: number;
  dueAt: number;
}

/** How requests go out; `chance` spreads the times at which they are sent again. */
export interface TransactionOptions {
  /** Sends a datagram. */
  readonly send: (data: Buffer, to: TransportAddress) => void;
  /** 0 to 1. */
  readonly chance: () => number;
}

/** Requests of ours that wait for their answers: sent again where none comes, with the same number and octets (H.225.0 §7.17). */
export class Transactions {
  readonly #options: TransactionOptions;
  readonly #pending = new Map<number, Pending>();
  #next: number;

  constructor(options: TransactionOptions) {
    this.#options = options;
    this.#next = 1 + Math.floor(options.chance() * 65_535);
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Sends a request. `write` makes its datagram for a number; `settle` is called once. */
  begin(to: TransportAddress, write: (requestSeqNum: number) => Buffer, settle: Settle, now: number): void {
    if (this.#pending.size >= MOST) {
      settle(undefined, now);
      return;
    }
    const requestSeqNum = this.number();
    const data = write(requestSeqNum);
    this.#pending.set(requestSeqNum, { data, to, settle, tries: 1, dueAt: now + TIMEOUT });
    this.#options.send(data, to);
  }

  /** A number that nothing under way bears. */
  number(): number {
    do {
      this.#next = (this.#next % 65_535) + 1;
    } while (this.#pending.has(this.#next));
    return this.#next;
  }

  /** Takes an answer; false where nobody waits for it, or it comes from somebody else. */
  receive(answer: RasMessage, from: TransportAddress, now: number): boolean {
    const number = sequenceNumberOf(answer);
    const pending = number === undefined ? undefined : this.#pending.get(number);
    if (number === undefined || pending === undefined || !mayAnswer(pending.to.address, from.address)) {
      return false;
    }
    if (answer.type === 'requestInProgress') {
      pending.dueAt = now + Math.min(LONGEST_PROGRESS, Math.max(TIMEOUT, answer.value.delay));
      return true;
    }
    this.#pending.delete(number);
    pending.settle(answer, now);
    return true;
  }

  tick(now: number): void {
    for (const [number, pending] of [...this.#pending]) {
      if (now < pending.dueAt) {
        continue;
      }
      if (pending.tries >= TRIES) {
        this.#pending.delete(number);
        pending.settle(undefined, now);
        continue;
      }
      pending.tries += 1;
      pending.dueAt = now + TIMEOUT;
      this.#options.send(pending.data, pending.to);
    }
  }

  /** Waits for nothing more; nobody is told. */
  clear(): void {
    this.#pending.clear();
  }
}

/** Whoever is there answers what was sent to all. */
function mayAnswer(to: string, from: string): boolean {
  const first = Number(to.split('.')[0]);
  return to === from || (first >= 224 && first <= 239);
}
