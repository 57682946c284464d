/** The way to ask for a key frame: RTCP PLI, RTCP FIR, or signalling (SIP INFO picture_fast_update, H.245 videoFastUpdatePicture). */
export type KeyFrameRequest = 'pli' | 'fir' | 'signalling';

/** What the peer says it understands. */
export interface KeyFrameMethods {
  /** RFC 4585 §6.3.1. */
  readonly pli: boolean;
  /** RFC 5104 §4.3.1. */
  readonly fir: boolean;
  /** SIP INFO with media_control (RFC 5168), or H.245. */
  readonly info: boolean;
}

/** ms from the first request of a need to each of the next; from then on every `LAST_DISTANCE_MS`. */
const DISTANCES_MS = [0, 300, 800, 1500] as const;
const LAST_DISTANCE_MS = 2000;
/** However often pictures break: two needs are not asked for closer together than this, or key frames eat the line. */
const LEAST_DISTANCE_MS = 500;

/**
 * When and how to ask a peer for a key frame, until one is decoded. Peers that announce a method may still ignore it, and some
 * announce nothing: so the requests are repeated at growing distances and go through the methods in turn.
 */
export class KeyFrameLadder {
  readonly #turn: readonly KeyFrameRequest[];
  /** The present need: when it was said, and when its first request is due. */
  #need: { readonly since: number; readonly from: number } | undefined;
  #requests = 0;
  #lastRequest = Number.NEGATIVE_INFINITY;

  constructor(methods: KeyFrameMethods) {
    this.#turn = turn(methods);
  }

  /** Whether a key frame is waited for. */
  get isNeeded(): boolean {
    return this.#need !== undefined;
  }

  /** Pictures cannot be decoded without a key frame. May be said again at any time while it is so. @param now ms. */
  need(now: number): void {
    if (this.#need) return;
    this.#need = { since: now, from: Math.max(now, this.#lastRequest + LEAST_DISTANCE_MS) };
    this.#requests = 0;
  }

  /** A key frame was decoded. @returns how long it was waited for, in ms; undefined when none was needed. */
  satisfied(now: number): number | undefined {
    const need = this.#need;
    this.#need = undefined;
    return need && now - need.since;
  }

  /** The request to send now, which counts as sent; undefined when none is due. */
  due(now: number): KeyFrameRequest | undefined {
    const at = this.nextAt();
    if (at === undefined || now < at) return undefined;
    const request = this.#turn[this.#requests % this.#turn.length];
    this.#requests++;
    this.#lastRequest = now;
    return request;
  }

  /** When the next request is due (ms); undefined while no key frame is needed. */
  nextAt(): number | undefined {
    if (!this.#need) return undefined;
    const distance = DISTANCES_MS[this.#requests];
    if (distance !== undefined) {
      // Asked late, the distance to the request before still holds.
      const before = DISTANCES_MS[this.#requests - 1] ?? 0;
      return Math.max(this.#need.from + distance, this.#requests > 0 ? this.#lastRequest + distance - before : 0);
    }
    return this.#lastRequest + LAST_DISTANCE_MS;
  }
}

function turn({ pli, fir, info }: KeyFrameMethods): KeyFrameRequest[] {
  // A peer without RTCP feedback takes signalling if anything; a PLI costs nothing and some heed it all the same.
  if (!pli && !fir) return ['signalling', 'pli'];
  const first: KeyFrameRequest = pli ? 'pli' : 'fir';
  const second: KeyFrameRequest = fir ? 'fir' : 'pli';
  return info ? [first, second, 'signalling'] : [first, second];
}
