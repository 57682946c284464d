import { type DigestAlgorithm, readDigestAlgorithm } from './algorithm.ts';
import {
  type AuthenticationParameters,
  readDigests,
  type WrittenParameter,
  writeParameters,
} from './authentication-parameters.ts';

/** The answer to a challenge (RFC 7616 §3.4; RFC 3261 §20.7, Authorization, and §20.28, Proxy-Authorization). */
export interface Credentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** `digest-uri` as its sender wrote it. */
  readonly uri: string;
  /** Lower-case hexadecimal digits. */
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly opaque: string | undefined;
  /** Present where the sender made use of `qop=auth`; RFC 2069 has none of it. */
  readonly protection: { readonly cnonce: string; readonly nonceCount: number } | undefined;
}

/** Reads the value of an Authorization or Proxy-Authorization header; what is damaged or not known here is left out. */
export function readCredentials(value: string): Credentials[] {
  return readDigests(value).flatMap((parameters): Credentials[] => {
    const username = parameters.get('username');
    const realm = parameters.get('realm');
    const nonce = parameters.get('nonce');
    const uri = parameters.get('uri');
    const response = parameters.get('response')?.toLowerCase() ?? '';
    const algorithm = readDigestAlgorithm(parameters.get('algorithm'));
    const protection = readProtection(parameters);
    if (username === undefined || realm === undefined || nonce === undefined || uri === undefined) return [];
    if (algorithm === undefined || protection === 'damaged' || !/^[0-9a-f]{32,128}$/.test(response)) return [];
    return [{ username, realm, nonce, uri, response, algorithm, opaque: parameters.get('opaque'), protection }];
  });
}

function readProtection(parameters: AuthenticationParameters): Credentials['protection'] | 'damaged' {
  const qop = parameters.get('qop');
  // Some devices echo `qop=""` where they do not understand it.
  if (qop === undefined || qop === '') return undefined;
  const cnonce = parameters.get('cnonce');
  const count = parameters.get('nc') ?? '';
  if (qop.toLowerCase() !== 'auth' || cnonce === undefined || !/^[0-9A-Fa-f]{8}$/.test(count)) return 'damaged';
  return { cnonce, nonceCount: Number.parseInt(count, 16) };
}

/** `nc-value`: eight hexadecimal digits (RFC 7616 §3.4). */
export function writeNonceCount(count: number): string {
  return count.toString(16).padStart(8, '0');
}

/** Writes credentials as the value of an Authorization header. */
export function writeCredentials(credentials: Credentials): string {
  const { username, realm, nonce, uri, response, algorithm, opaque, protection } = credentials;
  const parameters: WrittenParameter[] = [
    ['username', username, true],
    ['realm', realm, true],
    ['nonce', nonce, true],
    ['uri', uri, true],
    ['response', response, true],
    ['algorithm', algorithm, false],
  ];
  if (opaque !== undefined) parameters.push(['opaque', opaque, true]);
  if (protection !== undefined) {
    parameters.push(
      ['qop', 'auth', false],
      ['nc', writeNonceCount(protection.nonceCount), false],
      ['cnonce', protection.cnonce, true],
    );
  }
  return `Digest ${writeParameters(parameters)}`;
}
