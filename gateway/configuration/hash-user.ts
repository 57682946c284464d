import { createHash } from 'node:crypto';
import { hashedPassword } from '#signaling/sip/digest/response.ts';
import { ConfigurationFault } from './read.ts';
import { userNameSchema } from './sip-names.ts';

/** A user as `sip.users` and `h323.gatekeeper.users` hold him. */
export interface HashedUser {
  readonly name: string;
  readonly md5: string;
  readonly sha256: string;
  /** SHA-1 of the password, for `h323.gatekeeper.users` (H.235.1). It holds for any name. */
  readonly key: string;
}

/** Makes the hashes of a user's password, which hold for one realm. Throws ConfigurationFault where the name cannot be used. */
export function hashUser(name: string, realm: string, password: string): HashedUser {
  const checked = userNameSchema.safeParse(name);
  if (!checked.success) {
    throw new ConfigurationFault(checked.error.issues.map(({ message }) => `the name of the user ${message}`));
  }
  if (password === '') {
    throw new ConfigurationFault(['the password is empty']);
  }
  return {
    name,
    md5: hashedPassword('MD5', name, realm, password),
    sha256: hashedPassword('SHA-256', name, realm, password),
    key: createHash('sha1').update(password, 'utf8').digest('hex'),
  };
}

/** What `sip.users` holds of a user. */
export function sipUser({ name, md5, sha256 }: HashedUser): Omit<HashedUser, 'key'> {
  return { name, md5, sha256 };
}

/** The lines to put into the configuration file: under `sip:`, `users:`, and under `h323:`, `gatekeeper:`, `users:`. */
export function userLines({ name, md5, sha256, key }: HashedUser): string {
  // A JSON text is a YAML scalar too: names such as 1001 or yes stay names.
  const quoted = JSON.stringify(name);
  return [
    'sip:',
    '  users:',
    `    - name: ${quoted}`,
    `      md5: "${md5}"`,
    `      sha256: "${sha256}"`,
    'h323:',
    '  gatekeeper:',
    '    users:',
    `      - name: ${quoted}`,
    `        key: "${key}"`,
    '',
  ].join('\n');
}
