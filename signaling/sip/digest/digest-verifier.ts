import { createHash, timingSafeEqual } from 'node:crypto';
import type { DigestAlgorithm } from './algorithm.ts';
import { writeAuthenticationInfo } from './authentication-info.ts';
import { writeChallenge } from './challenge.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { FailureLimit, type FailureLimitOptions } from './failure-limit.ts';
import { NonceCounts } from './nonce-counts.ts';
import { NONCE_LIFETIME, Nonces } from './nonces.ts';
import { digestResponse } from './response.ts';

/** A user as he is stored: H(A1) in place of the password, lower-case hexadecimal digits (RFC 7616 §3.4.2). */
export interface DigestUser {
  readonly name: string;
  readonly md5: string;
  readonly sha256?: string | undefined;
}

/** Realm, users and what is asked of them. */
export interface DigestVerifierOptions {
  readonly realm: string;
  readonly users: readonly DigestUser[];
  /**
   * What is offered, best first; each in a header field of its own (RFC 8760 §2.3). MD5 alone is what every room takes: baresip
   * 1.1.0 gives up at a challenge with SHA-256, whatever stands before or after it; PJSIP up to 2.10 looks at the first challenge
   * only; Linphone 5.3 takes the first that it knows.
   */
  readonly algorithms: readonly DigestAlgorithm[];
  /** As in `NonceOptions`. */
  readonly secret: Uint8Array;
  readonly random: (bytes: number) => Uint8Array;
  readonly nonceLifetime?: number;
  readonly failures?: FailureLimitOptions;
}

/** A request whose sender shall prove who he is. */
export interface AuthenticatedRequest {
  readonly method: string;
  /** Value of its Authorization header. */
  readonly authorization: string | undefined;
  /** Address that it came from. */
  readonly address: string;
}

/** Why a request is challenged: a closed set, for metrics. `stale` is no failure of anybody's. */
export type ChallengeReason = 'missing' | 'unreadable' | 'stale' | 'wrong';

/** What credentials are worth. */
export type Verdict =
  | {
      readonly outcome: 'accepted';
      readonly user: string;
      /** Value of Authentication-Info for the answer; undefined for a client of RFC 2069. */
      readonly authenticationInfo: string | undefined;
    }
  | {
      readonly outcome: 'challenged';
      readonly reason: ChallengeReason;
      /** Values of WWW-Authenticate header fields, in the order in which they shall stand. */
      readonly challenges: readonly string[];
    }
  /** Too many wrong passwords: to be answered 403. */
  | { readonly outcome: 'blocked'; readonly retryAfterSeconds: number };

/**
 * Proves users by digest authentication (RFC 3261 §22, RFC 7616, RFC 8760). What is proven is user, method and nonce. The
 * `uri` of the credentials is taken as written, because rooms and proxies between write another than the Request-URI; a
 * captured answer is of no use all the same, because its nonce and count serve once and for one address.
 */
export class DigestVerifier {
  readonly #options: DigestVerifierOptions;
  readonly #users: ReadonlyMap<string, DigestUser>;
  readonly #nonces: Nonces;
  readonly #counts = new NonceCounts();
  readonly #failures: FailureLimit;
  readonly #lifetime: number;

  constructor(options: DigestVerifierOptions) {
    this.#options = options;
    this.#users = new Map(options.users.map((user) => [user.name, user]));
    this.#lifetime = options.nonceLifetime ?? NONCE_LIFETIME;
    this.#nonces = new Nonces({ secret: options.secret, random: options.random, lifetime: this.#lifetime });
    this.#failures = new FailureLimit(options.failures);
  }

  /** Judges a request at time `now` (ms). A user that does not exist is told the same as one with a wrong password. */
  verify(request: AuthenticatedRequest, now: number): Verdict {
    const { authorization, address } = request;
    const { realm } = this.#options;
    if (authorization === undefined) return this.#challenge('missing', address, now);
    const offered = readCredentials(authorization);
    // Credentials for a proxy on the way may stand beside ours.
    const credentials = offered.find((candidate) => candidate.realm === realm && this.#accepts(candidate.algorithm));
    if (credentials === undefined) {
      return this.#challenge(offered.length > 0 ? 'missing' : 'unreadable', address, now);
    }
    const wait = this.#failures.remaining(credentials.username, address, now);
    if (wait > 0) return { outcome: 'blocked', retryAfterSeconds: Math.ceil(wait / 1000) };
    const nonce = this.#nonces.check(credentials.nonce, address, now);
    if (nonce.state !== 'valid') return this.#challenge('stale', address, now);
    if (!this.#proven(credentials, request.method)) {
      this.#failures.failed(credentials.username, address, now);
      return this.#challenge('wrong', address, now);
    }
    this.#counts.forgetBefore(now - this.#lifetime);
    // A client of RFC 2069 does not count: its nonce serves once.
    const count = credentials.protection?.nonceCount ?? 0xffff_ffff;
    if (!this.#counts.use(credentials.nonce, nonce.issued, count)) return this.#challenge('stale', address, now);
    this.#failures.succeeded(credentials.username, address);
    return {
      outcome: 'accepted',
      user: credentials.username,
      authenticationInfo: this.#info(credentials, nonce.issued, address, now),
    };
  }

  /** Whether this nonce was issued to this address, stale or not: who has it hears what is sent there. */
  issued(nonce: string, address: string, now: number): boolean {
    return this.#nonces.check(nonce, address, now).state !== 'foreign';
  }

  #accepts(algorithm: DigestAlgorithm): boolean {
    return this.#options.algorithms.includes(algorithm);
  }

  #proven(credentials: Credentials, method: string): boolean {
    const { algorithm, nonce, protection, uri, response } = credentials;
    const stored = this.#stored(credentials);
    // Computed for unknown users as well, so that the time of the answer tells nothing.
    const expected = digestResponse({
      algorithm,
      hashedPassword: stored ?? 'no such user',
      nonce,
      protection,
      method,
      uri,
    });
    return sameText(expected, response) && stored !== undefined;
  }

  #stored({ username, algorithm }: Credentials): string | undefined {
    const user = this.#users.get(username);
    return algorithm === 'MD5' ? user?.md5 : user?.sha256;
  }

  #challenge(reason: ChallengeReason, address: string, now: number): Verdict {
    const { realm, algorithms } = this.#options;
    const challenges = algorithms.map((algorithm) =>
      writeChallenge({
        realm,
        nonce: this.#nonces.issue(address, now),
        algorithm,
        qop: 'auth',
        opaque: undefined,
        stale: reason === 'stale',
      }),
    );
    return { outcome: 'challenged', reason, challenges };
  }

  /** RFC 7616 §3.5: proves that we know the password too, and hands out the next nonce before this one is stale. */
  #info(credentials: Credentials, issued: number, address: string, now: number): string | undefined {
    const { algorithm, nonce, protection, uri } = credentials;
    const hashedPassword = this.#stored(credentials);
    if (protection === undefined || hashedPassword === undefined) return undefined;
    const responseAuth = digestResponse({ algorithm, hashedPassword, nonce, protection, method: '', uri });
    const nextNonce = now - issued > this.#lifetime / 2 ? this.#nonces.issue(address, now) : undefined;
    return writeAuthenticationInfo({ nextNonce, proof: { ...protection, responseAuth } });
  }
}

/** Compares in a time that tells nothing about where the texts differ. */
function sameText(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
