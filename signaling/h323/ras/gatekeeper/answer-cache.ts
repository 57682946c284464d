import { createHash } from 'node:crypto';
import type { TransportAddress } from '#codecs/media/description.ts';

/** ms that an answer is kept: longer than any room goes on asking. */
const KEPT = 20_000;
const MOST = 4096;

/** What a datagram was answered, and where to. */
export interface GivenAnswer {
  /** Undefined where it got none. */
  readonly answer: Buffer | undefined;
  readonly to: TransportAddress;
}

/** Answers that were given, so that a request that is sent again gets the same one and is not carried out twice. */
export class AnswerCache {
  readonly #answers = new Map<string, GivenAnswer & { readonly at: number }>();

  get size(): number {
    return this.#answers.size;
  }

  /** What this very datagram from there was answered before. */
  find(data: Uint8Array, from: TransportAddress, now: number): GivenAnswer | undefined {
    const known = this.#answers.get(keyOf(data, from));
    return known === undefined || now - known.at > KEPT ? undefined : known;
  }

  /** What came from an address up to now is no longer sent again, but sent anew. */
  forget(address: string): void {
    for (const key of this.#answers.keys()) {
      if (key.startsWith(`${address} `)) {
        this.#answers.delete(key);
      }
    }
  }

  add(data: Uint8Array, from: TransportAddress, answer: GivenAnswer, now: number): void {
    const key = keyOf(data, from);
    this.#answers.delete(key);
    for (const [oldest, { at }] of this.#answers) {
      if (this.#answers.size < MOST && now - at <= KEPT) {
        break;
      }
      this.#answers.delete(oldest);
    }
    this.#answers.set(key, { ...answer, at: now });
  }
}

/** The requestSeqNum stands in the octets; a later request may bear the same number, but not be the same. */
function keyOf(data: Uint8Array, { address, port }: TransportAddress): string {
  return `${address} ${port} ${createHash('sha1').update(data).digest('base64')}`;
}
