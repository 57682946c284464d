import { createHmac, timingSafeEqual } from 'node:crypto';
import type { H225 } from '../../h225/types.ts';
import { type RasMessage, tokensOf, withTokens, writeRas } from '../message.ts';

/** Object identifiers of H.235.1 (table 2), version 2 and the older version 1. */
export const BASELINE = {
  /** "A": the whole message is hashed. */
  wholeMessage: ['0.0.8.235.0.2.1', '0.0.8.235.0.1.1'],
  /** "T": what the ClearToken within is. */
  clearToken: '0.0.8.235.0.2.5',
  /** "U": HMAC-SHA1-96. */
  algorithm: ['0.0.8.235.0.2.6', '0.0.8.235.0.1.6'],
} as const;

/** Octets of HMAC-SHA1-96. */
const HASH_LENGTH = 12;

/** The hash of a whole message in H.235.1's way and what stands beside it. */
export interface HashedToken {
  readonly hash: Uint8Array;
  /** Seconds since 1970. */
  readonly timeStamp: number;
  readonly random: number;
  /** Whom it is for. */
  readonly generalId: string | undefined;
  /** Who sends it. */
  readonly sendersId: string | undefined;
}

/** Reads a token of H.235.1; undefined where it is something else, or lacks what it must have. */
export function readHashedToken(token: H225<'CryptoH323Token'>): HashedToken | undefined {
  if (token.type !== 'nestedcryptoToken' || token.value.type !== 'cryptoHashedToken') {
    return undefined;
  }
  const { tokenOID, hashedVals, token: hashed } = token.value.value;
  const isKnown = isOneOf(BASELINE.wholeMessage, tokenOID) && isOneOf(BASELINE.algorithm, hashed.algorithmOID);
  const { timeStamp, random } = hashedVals;
  if (!isKnown || hashed.hash.length !== 8 * HASH_LENGTH || timeStamp === undefined || random === undefined) {
    return undefined;
  }
  return {
    hash: hashed.hash.data,
    timeStamp,
    random,
    generalId: hashedVals.generalID,
    sendersId: hashedVals.sendersID,
  };
}

/** Whether the sender of `data` had the key: its hash over the datagram, in which the hash itself counts as zeros (H.235.1 §7). */
export function isHashedWith(key: Uint8Array, data: Uint8Array, hash: Uint8Array): boolean {
  const copy = Buffer.from(data);
  const at = copy.indexOf(hash);
  if (hash.length !== HASH_LENGTH || at < 0) {
    return false;
  }
  copy.fill(0, at, at + HASH_LENGTH);
  return timingSafeEqual(hashOf(key, copy), hash);
}

/** The datagram of a message with its hash by H.235.1. `marker`: 12 random octets, to find the place of the hash by. */
export function writeHashed(
  message: RasMessage,
  key: Uint8Array,
  sender: Pick<HashedToken, 'timeStamp' | 'random' | 'generalId' | 'sendersId'>,
  marker: Uint8Array,
): Buffer {
  const token: H225<'CryptoH323Token'> = {
    type: 'nestedcryptoToken',
    value: {
      type: 'cryptoHashedToken',
      value: {
        tokenOID: BASELINE.wholeMessage[0],
        hashedVals: {
          tokenOID: BASELINE.clearToken,
          timeStamp: sender.timeStamp,
          random: sender.random,
          ...(sender.generalId === undefined ? {} : { generalID: sender.generalId }),
          ...(sender.sendersId === undefined ? {} : { sendersID: sender.sendersId }),
        },
        token: { algorithmOID: BASELINE.algorithm[0], paramS: {}, hash: { length: 8 * HASH_LENGTH, data: marker } },
      },
    },
  };
  const data = writeRas(withTokens(message, { cryptoTokens: [...tokensOf(message).cryptoTokens, token] }));
  const at = data.indexOf(marker);
  data.fill(0, at, at + HASH_LENGTH);
  hashOf(key, data).copy(data, at);
  return data;
}

function hashOf(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha1', key).update(data).digest().subarray(0, HASH_LENGTH);
}

function isOneOf(known: readonly string[], identifier: string): boolean {
  return known.includes(identifier);
}
