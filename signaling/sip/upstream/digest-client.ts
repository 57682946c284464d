import { readAuthenticationInfo } from '../digest/authentication-info.ts';
import { type Challenge, readChallenges } from '../digest/challenge.ts';
import { writeCredentials } from '../digest/credentials.ts';
import { digestResponse, hashedPassword } from '../digest/response.ts';

/** 401 asks in WWW-Authenticate for Authorization; 407 of a proxy on the way has names of its own (RFC 3261 §22.2, §22.3). */
export type CredentialsField = 'Authorization' | 'Proxy-Authorization';

/** As whom challenges are answered. */
export interface DigestClientOptions {
  readonly user: string;
  readonly password: string;
  /** A new random text for each answer. */
  readonly clientNonce: () => string;
}

/** Answers the challenges of one server, and goes on using its nonce for later requests (RFC 7616 §3.6). */
export class DigestClient {
  readonly #options: DigestClientOptions;
  readonly #answering = new Map<CredentialsField, { challenge: Challenge; used: number }>();

  constructor(options: DigestClientOptions) {
    this.#options = options;
  }

  /**
   * Takes the challenge of a 401 or 407. Of several it takes the first that it can answer (RFC 8760 §2.4).
   * @returns whether to try again: not after a challenge that refuses an answer just given
   */
  challenged(field: CredentialsField, value: string | undefined): boolean {
    const [challenge] = readChallenges(value ?? '');
    if (challenge === undefined) return false;
    const before = this.#answering.get(field);
    if (before?.used === 1 && !challenge.stale) {
      // A nonce of its own was answered and the answer refused: the password is wrong. The next time begins anew.
      this.#answering.delete(field);
      return false;
    }
    this.#answering.set(field, { challenge, used: 0 });
    return true;
  }

  /** Takes the Authentication-Info of a success. */
  accepted(value: string | undefined): void {
    const next = value === undefined ? undefined : readAuthenticationInfo(value)?.nextNonce;
    const current = this.#answering.get('Authorization');
    if (next === undefined || next === '' || current === undefined) return;
    this.#answering.set('Authorization', { challenge: { ...current.challenge, nonce: next }, used: 0 });
  }

  /** Header fields with credentials for a request; none before the first challenge. */
  credentials(method: string, uri: string): Partial<Record<CredentialsField, string>> {
    const fields: Partial<Record<CredentialsField, string>> = {};
    for (const [field, state] of this.#answering) {
      state.used += 1;
      fields[field] = this.#answer(state.challenge, state.used, method, uri);
    }
    return fields;
  }

  #answer({ realm, nonce, algorithm, qop, opaque }: Challenge, count: number, method: string, uri: string): string {
    const { user, password, clientNonce } = this.#options;
    const protection = qop === undefined ? undefined : { cnonce: clientNonce(), nonceCount: count };
    const hashed = hashedPassword(algorithm, user, realm, password);
    const response = digestResponse({ algorithm, hashedPassword: hashed, nonce, protection, method, uri });
    return writeCredentials({ username: user, realm, nonce, uri, response, algorithm, opaque, protection });
  }
}
