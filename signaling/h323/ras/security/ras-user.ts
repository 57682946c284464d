import { createHash } from 'node:crypto';

/**
 * Who may register with a password. H.235.1 needs no more than the SHA-1 hash of the password, which can stand in a configuration
 * in its place. The MD5 schemes hash the password together with what changes: they work only for users whose password is known.
 */
export interface RasUser {
  /** One of the aliases that the room registers. */
  readonly name: string;
  /** SHA-1 of the password in UTF-8, 20 octets: the key of H.235.1. */
  readonly key: Uint8Array;
  readonly password: string | undefined;
}

/** A user whose password is known. */
export function userWithPassword(name: string, password: string): RasUser {
  return { name, key: createHash('sha1').update(password, 'utf8').digest(), password };
}
