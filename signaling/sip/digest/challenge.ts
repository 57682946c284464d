import { type DigestAlgorithm, readDigestAlgorithm } from './algorithm.ts';
import { readDigests, type WrittenParameter, writeParameters } from './authentication-parameters.ts';

/** One challenge of a server (RFC 7616 §3.3; RFC 3261 §20.44, WWW-Authenticate, and §20.27, Proxy-Authenticate). */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  /** Whether `qop=auth` is offered; without any qop the server speaks RFC 2069. */
  readonly qop: 'auth' | undefined;
  readonly opaque: string | undefined;
  /** The credentials were right but for the age of their nonce. */
  readonly stale: boolean;
}

/**
 * Reads the value of a WWW-Authenticate or Proxy-Authenticate header.
 * @returns the challenges that can be answered here, in the server's order of preference (RFC 8760 §2.4)
 */
export function readChallenges(value: string): Challenge[] {
  return readDigests(value).flatMap((parameters): Challenge[] => {
    const realm = parameters.get('realm');
    const nonce = parameters.get('nonce');
    const algorithm = readDigestAlgorithm(parameters.get('algorithm'));
    const offered = parameters.get('qop')?.split(/[\s,]+/) ?? [];
    const qop = offered.find((option) => option.toLowerCase() === 'auth') === undefined ? undefined : 'auth';
    if (realm === undefined || nonce === undefined || nonce === '' || algorithm === undefined) return [];
    // `auth-int` alone: the body would have to be hashed; nobody asks so in SIP.
    if (offered.length > 0 && qop === undefined) return [];
    const stale = parameters.get('stale')?.toLowerCase() === 'true';
    return [{ realm, nonce, algorithm, qop, opaque: parameters.get('opaque'), stale }];
  });
}

/** Writes a challenge as the value of one WWW-Authenticate header field. */
export function writeChallenge({ realm, nonce, algorithm, qop, opaque, stale }: Challenge): string {
  const parameters: WrittenParameter[] = [
    ['realm', realm, true],
    ['nonce', nonce, true],
  ];
  if (opaque !== undefined) parameters.push(['opaque', opaque, true]);
  if (stale) parameters.push(['stale', 'true', false]);
  parameters.push(['algorithm', algorithm, false]);
  if (qop !== undefined) parameters.push(['qop', qop, true]);
  return `Digest ${writeParameters(parameters)}`;
}
