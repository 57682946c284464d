import assert from 'node:assert/strict';
import { seedMessages } from '#conformance/abuse/seed-messages.ts';
import { SIP_WORDS } from '#conformance/fuzz/sip-words.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { digitOfInfo } from '#signaling/sip/application/dtmf-info.ts';
import {
  asksPictureFastUpdate,
  MEDIA_CONTROL_TYPE,
  pictureFastUpdate,
} from '#signaling/sip/application/picture-fast-update.ts';
import { parseReferTo, parseReplaces } from '#signaling/sip/application/replaces.ts';
import { answerTimer, readSessionExpires } from '#signaling/sip/application/session-timer.ts';
import { readCSeq, readRAck } from '#signaling/sip/edge/message/cseq.ts';
import { readHostPort, withoutZone } from '#signaling/sip/edge/message/host.ts';
import { MAX_LINE_BYTES } from '#signaling/sip/edge/message/limits.ts';
import { splitList } from '#signaling/sip/edge/message/list.ts';
import { readNameAddr } from '#signaling/sip/edge/message/name-addr.ts';
import { readParameters } from '#signaling/sip/edge/message/parameters.ts';
import { parseMessage } from '#signaling/sip/edge/message/parser.ts';
import { formatSipUri, readSipUri } from '#signaling/sip/edge/message/uri.ts';
import { readVia } from '#signaling/sip/edge/message/via.ts';
import { readRegister } from '#signaling/sip/registrar/register-request.ts';

const ENDS = { from: { address: '192.0.2.7', port: 5062 }, to: { address: '192.0.2.1', port: 5060 } };

/** Every different header value of the messages that are known. */
function headerValues(): Buffer[] {
  const values = seedMessages(ENDS).flatMap((bytes) => {
    const read = parseMessage(bytes, 'content-length');
    return 'message' in read ? read.message.headers.map(({ value }) => value) : [];
  });
  return [...new Set(values)].filter((value) => value.length < 1000).map((value) => Buffer.from(value, 'latin1'));
}

/** Readers of values throw nothing; addresses and URIs that were read say the same when they are written. */
export const target: FuzzTarget = {
  title: 'values of SIP header fields, each read in every way, and bodies of INFO',
  maximumLength: MAX_LINE_BYTES,
  seeds: () => [
    ...headerValues(),
    ...['Signal=5\r\nDuration=160\r\n', 'signal = 10', pictureFastUpdate()].map((body) => Buffer.from(body)),
  ],
  dictionary: [...SIP_WORDS, 'Signal=', '<picture_fast_update', 'refresher=uac', '776656 1 INVITE'],
  examine(input) {
    const text = input.toString('latin1');
    for (const element of splitList(text)) {
      checkNameAddr(element);
      readVia(element);
    }
    checkUri(text);
    readHostPort(text);
    readParameters(text);
    checkNumbers(text);
    const replaces = parseReplaces(text);
    if (replaces !== undefined) assert.ok(replaces.callId.length <= text.length);
    const refer = parseReferTo(text);
    if (refer !== undefined) parseReplaces(refer.replaces);
    digitOfInfo('application/dtmf-relay', text);
    digitOfInfo('application/dtmf', text);
    asksPictureFastUpdate(MEDIA_CONTROL_TYPE, text);
    register(text);
  },
};

/** What was read can be written and read again. */
function checkNameAddr(text: string): void {
  const read = readNameAddr(text);
  if (read === undefined) return;
  const again = readNameAddr(`${read.displayName} <${read.uri}>`);
  assert.equal(again?.uri, read.uri);
  assert.equal(again?.displayName, read.displayName);
  checkUri(read.uri);
}

function checkUri(text: string): void {
  const read = readSipUri(text);
  if (read === undefined) return;
  const written = formatSipUri(read);
  const again = readSipUri(written);
  assert.ok(again !== undefined, `${written} is a URI`);
  assert.deepEqual({ ...again, headers: undefined }, { ...read, host: withoutZone(read.host), headers: undefined });
}

function checkNumbers(text: string): void {
  const cseq = readCSeq(text);
  if (cseq !== undefined) assert.ok(Number.isInteger(cseq.sequence) && cseq.sequence <= 0xffff_ffff);
  const rack = readRAck(text);
  if (rack !== undefined) assert.ok(Number.isInteger(rack.responseSequence));
  const expires = readSessionExpires(text);
  if (expires !== undefined) assert.ok(expires.interval >= 0 && expires.interval <= 86_400);
  const wishes = { interval: 1800, minimum: 90 };
  const answer = answerTimer({ sessionExpires: text, minSe: text, supported: text }, wishes);
  if ('terms' in answer) assert.ok(answer.terms.interval >= 90 && answer.terms.interval <= 86_400);
}

/** A REGISTER with this text in each of its fields. */
function register(text: string): void {
  const fields = {
    to: '<sip:a@b>',
    callId: 'x',
    cseq: '1 REGISTER',
    contact: '<sip:a@c>',
    expires: '60',
    supported: 'outbound',
  };
  for (const name of ['to', 'callId', 'cseq', 'contact', 'expires', 'supported'] as const) {
    const read = readRegister({ ...fields, [name]: text });
    if ('fault' in read || read.contacts === 'all') continue;
    assert.ok(read.contacts.length <= 10);
    for (const { q, expires } of read.contacts) assert.ok(q >= 0 && q <= 1 && expires >= 0 && expires <= 0xffff_ffff);
  }
}
