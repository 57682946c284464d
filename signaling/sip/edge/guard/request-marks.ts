import { detached } from '../message/detached.ts';
import { fieldValue, type SipRequest } from '../message/message.ts';
import { readNameAddr } from '../message/name-addr.ts';
import { readSipUri } from '../message/uri.ts';

/** Who sent something, and by what: what a guard looks at of a `Flow`. */
export interface Sender {
  readonly protocol: 'udp' | 'tcp';
  readonly remote: { readonly address: string; readonly port: number };
}

/** What tells the requests of a room from others that come under its address. */
export interface RequestMarks {
  /** Drawn at random by the sender; rooms keep that of their registration when they refresh it (RFC 3261 §10.2.4). */
  readonly callId: string;
  /** User part of From, without its escapes; empty where there is none. */
  readonly user: string;
}

/** Longest texts that are kept, and the longest nonce that may be one of ours. */
const LONGEST_CALL_ID = 128;
const LONGEST_USER = 64;
const NONCE = /\bnonce\s{0,8}=\s{0,8}"([\w-]{1,128})"/i;

/** The marks of a request. They may be kept: they do not hold its text. */
export function marksOf(request: SipRequest): RequestMarks {
  const from = readSipUri(readNameAddr(fieldValue(request, 'From') ?? '')?.uri ?? '');
  return {
    callId: detached((fieldValue(request, 'Call-ID') ?? '').slice(0, LONGEST_CALL_ID)),
    user: detached(userMark(from?.user ?? '')),
  };
}

/** The user of an address of record, as `RequestMarks` have it. */
export function userMark(user: string): string {
  try {
    return Buffer.from(decodeURIComponent(user), 'utf8').toString('latin1').slice(0, LONGEST_USER);
  } catch {
    return user.slice(0, LONGEST_USER);
  }
}

/** The nonce that a request answers (RFC 7616 §3.4); undefined without credentials. */
export function nonceOf(request: SipRequest): string | undefined {
  return NONCE.exec(fieldValue(request, 'Authorization') ?? '')?.[1];
}
