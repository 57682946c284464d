import type { RtpPacket } from './packet.ts';
import { SequenceUnwrapper } from './sequence-number.ts';

/** How long, and how far, packets wait for a missing one. */
export interface ReorderBufferOptions {
  /** ms to wait for a missing packet: its way may be longer, or a NACK may bring it. 0 waits for nothing. */
  readonly maxWaitMs: number;
  /** How many sequence numbers the buffer spans at most; default 512. A packet beyond pushes out what waits. */
  readonly maxPackets?: number;
}

/** A packet in its place. */
export interface OrderedPacket {
  readonly packet: RtpPacket;
  /** The sequence number without wrap (SequenceUnwrapper). */
  readonly extendedSequenceNumber: number;
  /** How many packets between the one released before and this one never came. */
  readonly lostBefore: number;
}

/** What a buffer did since it was made. */
export interface ReorderCounters {
  /** Packets given up. */
  lost: number;
  /** Packets that came after they were given up. */
  late: number;
  /** Packets that came twice. */
  duplicate: number;
}

const DEFAULT_MAX_PACKETS = 512;

/**
 * Puts the packets of one source in order. Packets without a gap before them are released at once; a gap is waited for,
 * `maxWaitMs` from when it was noticed. For one SSRC: make a new one when the source changes.
 */
export class ReorderBuffer {
  /** May be set at any time, as the round-trip time becomes known. */
  maxWaitMs: number;

  readonly #maxPackets: number;
  readonly #unwrapper = new SequenceUnwrapper();
  readonly #held = new Map<number, RtpPacket>();
  /** Missing numbers from `#next` on, ascending, with the time at which each was noticed. */
  readonly #missing = new Map<number, number>();
  #ready: OrderedPacket[] = [];
  /** The number to be released next; undefined before the first packet. */
  #next: number | undefined;
  #lost = 0;
  readonly #counters: ReorderCounters = { lost: 0, late: 0, duplicate: 0 };

  constructor(options: ReorderBufferOptions) {
    this.maxWaitMs = options.maxWaitMs;
    this.#maxPackets = Math.max(1, options.maxPackets ?? DEFAULT_MAX_PACKETS);
  }

  get counters(): Readonly<ReorderCounters> {
    return this.#counters;
  }

  /** Takes a packet in. @param now ms, on the clock of `pop`. */
  push(packet: RtpPacket, now: number): void {
    const highest = this.#unwrapper.highest;
    const extended = this.#unwrapper.unwrap(packet.sequenceNumber);
    this.#next ??= extended;
    if (this.#held.has(extended)) {
      this.#counters.duplicate++;
      return;
    }
    if (extended < this.#next) {
      // A duplicate of a packet that was released is counted as late: what was released is not remembered.
      this.#counters.late++;
      return;
    }
    if (extended >= this.#next + this.#maxPackets) this.#advanceTo(extended - this.#maxPackets + 1);
    if (highest !== undefined && extended > highest) {
      for (let missing = Math.max(highest + 1, this.#next); missing < extended; missing++)
        this.#missing.set(missing, now);
    } else {
      this.#missing.delete(extended);
    }
    this.#held.set(extended, packet);
    this.#release();
  }

  /** Hands out what is in order, and what waited long enough for a gap that is now given up. */
  pop(now: number): { packets: OrderedPacket[] } {
    while (this.#next !== undefined && this.#held.size > 0) {
      const noticed = this.#missing.get(this.#next);
      if (noticed !== undefined && now - noticed < this.maxWaitMs) break;
      this.#advanceTo(this.#next + 1);
      this.#release();
    }
    const packets = this.#ready;
    this.#ready = [];
    return { packets };
  }

  /** When `pop` will give up the next gap (ms); undefined while nothing waits. */
  nextAt(): number | undefined {
    if (this.#next === undefined || this.#held.size === 0) return undefined;
    const noticed = this.#missing.get(this.#next);
    return noticed === undefined ? undefined : noticed + this.maxWaitMs;
  }

  /** The extended sequence numbers that are waited for, ascending: what a NACK should ask for. */
  missing(): number[] {
    return [...this.#missing.keys()];
  }

  /** Releases what is held in order from `#next` on. */
  #release(): void {
    for (let next = this.#next; next !== undefined && this.#held.has(next); next = this.#next)
      this.#advanceTo(next + 1);
  }

  /** Moves the window's beginning: what is held before goes to `#ready`, what is not there is lost. */
  #advanceTo(end: number): void {
    let next = this.#next ?? end;
    for (; next < end; next++) {
      const packet = this.#held.get(next);
      if (packet) {
        this.#held.delete(next);
        this.#ready.push({ packet, extendedSequenceNumber: next, lostBefore: this.#lost });
        this.#lost = 0;
      } else {
        this.#missing.delete(next);
        this.#lost++;
        this.#counters.lost++;
      }
    }
    this.#next = next;
    this.#boundReady();
  }

  /** Who never pops shall not make us hold everything: the oldest go, and count as lost before the oldest that stays. */
  #boundReady(): void {
    const excess = this.#ready.length - this.#maxPackets;
    if (excess <= 0) return;
    const dropped = this.#ready.splice(0, excess);
    const [oldest, ...rest] = this.#ready;
    if (!oldest) return;
    const lostBefore = dropped.reduce((sum, { lostBefore: lost }) => sum + lost + 1, oldest.lostBefore);
    this.#counters.lost += excess;
    this.#ready = [{ ...oldest, lostBefore }, ...rest];
  }
}
