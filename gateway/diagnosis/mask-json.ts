import { MASKED } from './mask-sip.ts';

/** Names of what is never shown, wherever it stands: secrets, keys of DTLS and ICE, and the names of people at pages. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'password',
  'secret',
  'token',
  'md5',
  'sha256',
  'privateKey',
  'fingerprints',
  'fingerprint',
  'usernameFragment',
  'iceUfrag',
  'icePwd',
  'name',
]);

/** The same value without what stands under the names of secrets. `shown`: of these, names that are shown all the same. */
export function maskJson(value: unknown, shown: ReadonlySet<string> = new Set()): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => maskJson(item, shown));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isSecret = SECRET_KEYS.has(key) && !shown.has(key) && inner !== undefined && inner !== null && inner !== '';
      return [key, isSecret ? MASKED : maskJson(inner, shown)];
    }),
  );
}

/** A JSON text of a page without its secrets; what is no JSON is not shown at all. */
export function maskPage(text: string): unknown {
  try {
    return maskJson(JSON.parse(text));
  } catch {
    return { unreadable: text.length };
  }
}
