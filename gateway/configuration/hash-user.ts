import { hashedPassword } from '#signaling/sip/digest/response.ts';
import { ConfigurationFault } from './read.ts';
import { userNameSchema } from './sip-names.ts';

/** A user as `sip.users` holds him. */
export interface HashedUser {
  readonly name: string;
  readonly md5: string;
  readonly sha256: string;
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
  };
}

/** The lines to put under `sip:`, `users:` in the configuration file. */
export function userLines({ name, md5, sha256 }: HashedUser): string {
  // A JSON text is a YAML scalar too: names such as 1001 or yes stay names.
  return [`    - name: ${JSON.stringify(name)}`, `      md5: "${md5}"`, `      sha256: "${sha256}"`, ''].join('\n');
}
