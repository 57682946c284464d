import { type DigestAlgorithm, digestHash } from './algorithm.ts';
import { writeNonceCount } from './credentials.ts';

/** H(A1): what stands for a password where it is stored (RFC 7616 §3.4.2). Lower-case hexadecimal digits. */
export function hashedPassword(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return digestHash(algorithm, `${username}:${realm}:${password}`);
}

/** What a response is computed of beside the password. */
export interface ResponseInput {
  readonly algorithm: DigestAlgorithm;
  /** As `hashedPassword` makes it. */
  readonly hashedPassword: string;
  readonly nonce: string;
  /** Absent for RFC 2069. */
  readonly protection: { readonly cnonce: string; readonly nonceCount: number } | undefined;
  /** Method of the request; empty for the `rspauth` of a server (RFC 7616 §3.5). */
  readonly method: string;
  /** `digest-uri` as written in the credentials. */
  readonly uri: string;
}

/** The `response` of RFC 7616 §3.4.1 with qop=auth, or that of RFC 2069 §2.1.2. */
export function digestResponse(input: ResponseInput): string {
  const { algorithm, nonce, protection } = input;
  const hashedRequest = digestHash(algorithm, `${input.method}:${input.uri}`);
  const middle =
    protection === undefined ? nonce : `${nonce}:${writeNonceCount(protection.nonceCount)}:${protection.cnonce}:auth`;
  return digestHash(algorithm, `${input.hashedPassword}:${middle}:${hashedRequest}`);
}
