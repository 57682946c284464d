import { sourceKey } from '../../../network/source-key.ts';
import { TokenBucket } from '../../../webrtc/token-bucket.ts';

/** Datagrams of one source: so many in a second in the long run, so many at once. */
const PER_SECOND = 20;
const BURST = 100;
const MOST_SOURCES = 4096;

/** How much one source (an IPv6 /64) may ask. Bounded: the source that was silent longest is forgotten first. */
export class SourceLimits {
  readonly #buckets = new Map<string, TokenBucket>();

  get size(): number {
    return this.#buckets.size;
  }

  /** Whether a datagram from there is to be read. */
  allows(address: string, now: number): boolean {
    const key = sourceKey(address);
    const bucket = this.#buckets.get(key) ?? new TokenBucket(PER_SECOND, BURST, now);
    this.#buckets.delete(key);
    if (this.#buckets.size >= MOST_SOURCES) {
      const [oldest] = this.#buckets.keys();
      this.#buckets.delete(oldest ?? key);
    }
    this.#buckets.set(key, bucket);
    return bucket.take(now);
  }
}
