/** When a missing packet is asked for, and when it is given up. */
export interface NackGeneratorOptions {
  /** ms that a packet may be late before it is asked for: it may only have been overtaken. Default 10. */
  readonly reorderMs?: number;
  /** How often one packet is asked for at most. Default 5. */
  readonly maxRequests?: number;
  /** So many missing packets at once are not asked for: a key frame is cheaper. Default 250. */
  readonly maxMissing?: number;
}

/** What a generator did since it was made. */
export interface NackCounters {
  /** Requests for single packets, repetitions included. */
  requested: number;
  /** Packets that came (or were given up by the reorder buffer) after they were asked for. */
  settled: number;
  /** Packets that are not asked for any more, although missing. */
  givenUp: number;
}

interface Missing {
  readonly noticed: number;
  requests: number;
  lastRequest: number;
}

/** Never repeat a request faster than this, however short the round trip is measured (ms). */
const LEAST_REPEAT_MS = 20;

/**
 * Decides which missing packets to ask for by generic NACK (RFC 4585 §6.2.1), and when again: a request is repeated when its answer
 * should have come, a round trip (and half of one) after it, and each time a little later.
 */
export class NackGenerator {
  readonly #reorderMs: number;
  readonly #maxRequests: number;
  readonly #maxMissing: number;
  readonly #missing = new Map<number, Missing>();
  readonly #counters: NackCounters = { requested: 0, settled: 0, givenUp: 0 };

  constructor(options: NackGeneratorOptions = {}) {
    this.#reorderMs = options.reorderMs ?? 10;
    this.#maxRequests = options.maxRequests ?? 5;
    this.#maxMissing = options.maxMissing ?? 250;
  }

  get counters(): Readonly<NackCounters> {
    return this.#counters;
  }

  /**
   * Says what is missing now; what is no longer named has come or is past hope.
   * @param extendedSequenceNumbers as `ReorderBuffer.missing()` gives them.
   * @returns false when too much is missing to ask for it: then a key frame is needed.
   */
  update(extendedSequenceNumbers: readonly number[], now: number): boolean {
    const named = new Set(extendedSequenceNumbers);
    for (const [sequenceNumber, { requests }] of this.#missing) {
      if (named.has(sequenceNumber)) continue;
      if (requests > 0) this.#counters.settled++;
      this.#missing.delete(sequenceNumber);
    }
    if (named.size > this.#maxMissing) {
      this.#counters.givenUp += this.#missing.size;
      this.#missing.clear();
      return false;
    }
    for (const sequenceNumber of named) {
      if (this.#missing.has(sequenceNumber)) continue;
      this.#missing.set(sequenceNumber, { noticed: now, requests: 0, lastRequest: now });
    }
    return true;
  }

  /**
   * The 16-bit sequence numbers to ask for now, oldest first; they count as asked for.
   * @param rttMs the round-trip time in ms, or a guess of it.
   */
  due(now: number, rttMs: number): number[] {
    const due: number[] = [];
    for (const [sequenceNumber, missing] of this.#missing) {
      if (missing.requests >= this.#maxRequests || now < this.#dueAt(missing, rttMs)) continue;
      missing.requests++;
      missing.lastRequest = now;
      if (missing.requests === this.#maxRequests) this.#counters.givenUp++;
      due.push(sequenceNumber);
    }
    this.#counters.requested += due.length;
    return due.sort((a, b) => a - b).map((sequenceNumber) => sequenceNumber & 0xffff);
  }

  /** When `due` will next have something (ms); undefined when there is nothing to wait for. */
  nextAt(rttMs: number): number | undefined {
    let next: number | undefined;
    for (const missing of this.#missing.values()) {
      if (missing.requests >= this.#maxRequests) continue;
      const at = this.#dueAt(missing, rttMs);
      if (next === undefined || at < next) next = at;
    }
    return next;
  }

  #dueAt({ noticed, requests, lastRequest }: Missing, rttMs: number): number {
    if (requests === 0) return noticed + this.#reorderMs;
    return lastRequest + Math.max(LEAST_REPEAT_MS, rttMs * (1 + requests / 2));
  }
}
