import type { KeyFrameRequest } from '#codecs/rtcp/key-frame-ladder.ts';

/** A key frame that came after it was asked for. */
export interface KeyFrameWait {
  /** The last way in which it was asked for: the one that brought it, as far as can be known. */
  readonly request: KeyFrameRequest;
  /** ms from the first request to the whole key frame. */
  readonly waited: number;
}

/** Waits remembered until somebody asks. */
const MOST = 100;

/** How a party is asked for key frames, and how long they take to come. Times in ms. */
export class KeyFrameLatency {
  #asked = { pli: 0, fir: 0, signalling: 0 };
  #waiting: { readonly since: number; request: KeyFrameRequest } | undefined;
  #waits: KeyFrameWait[] = [];

  /** Requests so far, by the way of asking. */
  get asked(): Readonly<Record<KeyFrameRequest, number>> {
    return this.#asked;
  }

  /** A key frame was asked for. */
  requested(request: KeyFrameRequest, now: number): void {
    this.#asked = { ...this.#asked, [request]: this.#asked[request] + 1 };
    this.#waiting = { since: this.#waiting?.since ?? now, request };
  }

  /** A whole key frame came, asked for or not. */
  came(now: number): void {
    if (this.#waiting !== undefined && this.#waits.length < MOST) {
      this.#waits.push({ request: this.#waiting.request, waited: now - this.#waiting.since });
    }
    this.#waiting = undefined;
  }

  /** Those that came since the last call. */
  take(): KeyFrameWait[] {
    const waits = this.#waits;
    this.#waits = [];
    return waits;
  }
}
