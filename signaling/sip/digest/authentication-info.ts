import { readParameterList, type WrittenParameter, writeParameters } from './authentication-parameters.ts';
import { writeNonceCount } from './credentials.ts';

/** What a server says after it took credentials (RFC 7616 §3.5; RFC 3261 §20.6, Authentication-Info). */
export interface AuthenticationInfo {
  /** The nonce to use for the next request. */
  readonly nextNonce: string | undefined;
  /** Proof that the server knows the password as well, with the client's own values repeated. */
  readonly proof: { readonly responseAuth: string; readonly cnonce: string; readonly nonceCount: number } | undefined;
}

/** Reads the value of an Authentication-Info header; undefined where it is damaged. */
export function readAuthenticationInfo(value: string): AuthenticationInfo | undefined {
  const parameters = readParameterList(value);
  if (parameters === undefined) return undefined;
  const responseAuth = parameters.get('rspauth');
  const cnonce = parameters.get('cnonce');
  const count = parameters.get('nc') ?? '';
  const proven = responseAuth !== undefined && cnonce !== undefined && /^[0-9A-Fa-f]{8}$/.test(count);
  return {
    nextNonce: parameters.get('nextnonce'),
    proof: proven ? { responseAuth, cnonce, nonceCount: Number.parseInt(count, 16) } : undefined,
  };
}

/** Writes the value of an Authentication-Info header; at least one of the two must be there. */
export function writeAuthenticationInfo({ nextNonce, proof }: AuthenticationInfo): string {
  const parameters: WrittenParameter[] = [];
  if (nextNonce !== undefined) parameters.push(['nextnonce', nextNonce, true]);
  if (proof !== undefined) {
    parameters.push(
      ['qop', 'auth', false],
      ['rspauth', proof.responseAuth, true],
      ['cnonce', proof.cnonce, true],
      ['nc', writeNonceCount(proof.nonceCount), false],
    );
  }
  return writeParameters(parameters);
}
