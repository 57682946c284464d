import { createHmac, timingSafeEqual } from 'node:crypto';

/** Bytes of a nonce: time of issue, randomness, and the seal over both. */
const TIME = 6;
const RANDOM = 6;
const SEAL = 16;
const LENGTH = TIME + RANDOM + SEAL;

/** ms after which a nonce is stale: long enough for a call and its changes, short enough for a captured one. */
export const NONCE_LIFETIME = 300_000;

/** What nonces are made of, and how long they hold. */
export interface NonceOptions {
  /** At least 32 random bytes that no one else knows; another process has another. */
  readonly secret: Uint8Array;
  readonly random: (bytes: number) => Uint8Array;
  /** ms; NONCE_LIFETIME by default. */
  readonly lifetime?: number;
}

/** A nonce of ours and when it was issued (ms), or why it is none. */
export type NonceCheck = { readonly state: 'valid' | 'stale'; readonly issued: number } | { readonly state: 'foreign' };

/**
 * Makes and knows nonces without keeping any (RFC 7616 §5.4): each holds its own time, sealed by an HMAC that also covers the
 * address that asked for it, so that nobody can present another's.
 */
export class Nonces {
  readonly #options: NonceOptions;
  readonly #lifetime: number;

  constructor(options: NonceOptions) {
    this.#options = options;
    this.#lifetime = options.lifetime ?? NONCE_LIFETIME;
  }

  /** A nonce for a client at this address: 38 characters of base64url, never the same twice. */
  issue(address: string, now: number): string {
    const bytes = Buffer.alloc(LENGTH);
    bytes.writeUIntBE(Math.floor(now), 0, TIME);
    bytes.set(this.#options.random(RANDOM), TIME);
    bytes.set(this.#seal(bytes, address), TIME + RANDOM);
    return bytes.toString('base64url');
  }

  /** Whether we issued this nonce to this address, and whether it still holds. */
  check(nonce: string, address: string, now: number): NonceCheck {
    const bytes = Buffer.from(nonce, 'base64url');
    if (bytes.length !== LENGTH || bytes.toString('base64url') !== nonce) return { state: 'foreign' };
    if (!timingSafeEqual(bytes.subarray(TIME + RANDOM), this.#seal(bytes, address))) return { state: 'foreign' };
    const issued = bytes.readUIntBE(0, TIME);
    return { state: now - issued > this.#lifetime ? 'stale' : 'valid', issued };
  }

  #seal(bytes: Buffer, address: string): Buffer {
    const hmac = createHmac('sha256', this.#options.secret).update(bytes.subarray(0, TIME + RANDOM));
    return hmac.update(address, 'utf8').digest().subarray(0, SEAL);
  }
}
