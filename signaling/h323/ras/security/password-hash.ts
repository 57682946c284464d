import { createHash, timingSafeEqual } from 'node:crypto';
import type { H225 } from '../../h225/types.ts';
import { h235 } from '../../h235/tables.ts';

/** MD5 (H.235.0, annex D of version 2: cryptoEPPwdHash). */
export const MD5 = '1.2.840.113549.2.5';
/** The token of Cisco's gatekeepers and of those that speak with them. */
export const CAT = '1.2.840.113548.10.1.2.1';

/** The token that is hashed, never sent, is of no kind. */
const NO_KIND = '0.0';

/** The hash in cryptoEPPwdHash: MD5 over a ClearToken with name, time and password. */
function passwordHash(name: string, password: string, timeStamp: number): Buffer {
  const token = h235.encode('ClearToken', { tokenOID: NO_KIND, timeStamp, password, generalID: name });
  return createHash('md5').update(token).digest();
}

/** Whether it is the hash of this password. Some senders count a NUL to the end of name and password, some do not. */
export function isPasswordHash(
  hash: Uint8Array,
  { name, password, timeStamp }: { name: string; password: string; timeStamp: number },
): boolean {
  return ['\0', ''].some((end) => isEqual(hash, passwordHash(name + end, password + end, timeStamp)));
}

/** A token for our own registration, as most gatekeepers expect it: with NULs. */
export function passwordHashToken(
  alias: H225<'AliasAddress'>,
  credentials: { name: string; password: string; timeStamp: number },
): H225<'CryptoH323Token'> {
  const { name, password, timeStamp } = credentials;
  const data = passwordHash(`${name}\0`, `${password}\0`, timeStamp);
  return {
    type: 'cryptoEPPwdHash',
    value: { alias, timeStamp, token: { algorithmOID: MD5, paramS: {}, hash: { length: 8 * data.length, data } } },
  };
}

/** What a CAT holds: MD5 over one random octet, the password and the time in four octets. */
function catChallenge(random: number, password: string, timeStamp: number): Buffer {
  const time = Buffer.alloc(4);
  time.writeUInt32BE(timeStamp);
  return createHash('md5')
    .update(Buffer.of(random & 0xff))
    .update(password, 'utf8')
    .update(time)
    .digest();
}

/** Whether a ClearToken is a CAT made with this password. */
export function isCatOf(token: H225<'ClearToken'>, password: string): boolean {
  const { timeStamp, random, challenge } = token;
  const isWhole = timeStamp !== undefined && random !== undefined && challenge !== undefined;
  // The octet is sent as a number with a sign by some, without by others.
  return isWhole && random >= -128 && random <= 255 && isEqual(challenge, catChallenge(random, password, timeStamp));
}

/** A CAT for our own registration. */
export function catToken(name: string, password: string, timeStamp: number, random: number): H225<'ClearToken'> {
  const octet = random & 0xff;
  return {
    tokenOID: CAT,
    timeStamp,
    challenge: catChallenge(octet, password, timeStamp),
    random: octet,
    generalID: `${name}\0`,
  };
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
