import assert from 'node:assert/strict';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { readAuthenticationInfo, writeAuthenticationInfo } from '#signaling/sip/digest/authentication-info.ts';
import { readDigests } from '#signaling/sip/digest/authentication-parameters.ts';
import { readChallenges, writeChallenge } from '#signaling/sip/digest/challenge.ts';
import { readCredentials, writeCredentials } from '#signaling/sip/digest/credentials.ts';
import { digestResponse } from '#signaling/sip/digest/response.ts';

const RESPONSE = '6629fae49393a05397450978507c4ef1';
const VALUES = [
  `Digest username="room", realm="classbridge", nonce="0a4f113b", uri="sip:192.0.2.1", response="${RESPONSE}", algorithm=MD5, qop=auth, nc=00000001, cnonce="0a4f"`,
  `Digest username="a\\"b", realm="", nonce="n", uri="sip:x", response="${RESPONSE.repeat(2)}", algorithm=sha-256, opaque="o"`,
  `Digest username="a", realm="r", nonce="n", uri="sip:x", response="${RESPONSE}", qop="", Basic QWxhZGRpbg==, Digest x=y`,
  'Digest realm="classbridge", nonce="0a4f", algorithm=SHA-256, qop="auth, auth-int", stale=TRUE, Digest realm="b", nonce="c"',
  'Digest realm = "a , b" , nonce="c", opaque="5ccc", qop="auth"',
  'nextnonce="n2", qop=auth, rspauth="ab", cnonce="c", nc=00000002',
];

/** What was read says the same when it is written; every response to a challenge is a hash in hexadecimal. */
export const target: FuzzTarget = {
  title: 'digest authentication: challenges, credentials and what follows',
  maximumLength: 9000,
  seeds: () => VALUES.map((value) => Buffer.from(value)),
  dictionary: [
    ...[
      'Digest ',
      'Basic ',
      'digest\t',
      'username="',
      'realm=',
      'nonce=',
      'uri=',
      'response=',
      'algorithm=',
      'qop=',
      'nc=',
      'cnonce=',
    ],
    ...[
      'opaque=',
      'stale=true',
      'auth-int',
      'MD5-sess',
      '00000001',
      ', ',
      '=',
      '"',
      '\\',
      '\\"',
      '  ',
      RESPONSE,
      'nextnonce="',
      'rspauth="',
    ],
  ],
  examine(input) {
    const text = input.toString('latin1');
    assert.ok(readDigests(text).length <= input.length / 7);
    for (const challenge of readChallenges(text)) {
      if (hasControl(challenge)) continue;
      assert.deepEqual(readChallenges(writeChallenge(challenge)), [challenge]);
    }
    for (const credentials of readCredentials(text)) {
      const { algorithm, nonce, protection, uri } = credentials;
      const response = digestResponse({ algorithm, hashedPassword: 'x', nonce, protection, method: 'INVITE', uri });
      assert.match(response, /^[0-9a-f]{32,64}$/);
      if (!hasControl(credentials)) assert.deepEqual(readCredentials(writeCredentials(credentials)), [credentials]);
    }
    const info = readAuthenticationInfo(text);
    if (info === undefined || (info.nextNonce === undefined && info.proof === undefined) || hasControl(info)) return;
    assert.deepEqual(readAuthenticationInfo(writeAuthenticationInfo(info)), info);
  },
};

/** Whether values hold what no header field brings and the writers do not take. */
function hasControl(value: object): boolean {
  return /\\u00|\\[bfnrt]/.test(JSON.stringify(value));
}
