import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readAuthenticationInfo, writeAuthenticationInfo } from './authentication-info.ts';
import { type Challenge, readChallenges, writeChallenge } from './challenge.ts';
import { type Credentials, readCredentials, writeCredentials } from './credentials.ts';

/** Plain objects, as the readers make them. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

/** Anything without control characters, quotes and backslashes among it. */
const text = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
const algorithm = fc.constantFrom('MD5', 'SHA-256');
const protection = fc.option(record({ cnonce: text, nonceCount: fc.integer({ min: 0, max: 0xffff_ffff }) }), {
  nil: undefined,
});

describe('challenges', () => {
  it('come back as they were written, alone and several in one value', () => {
    const challenge: fc.Arbitrary<Challenge> = record({
      realm: text,
      nonce: text.filter((value) => value !== ''),
      algorithm,
      qop: fc.constantFrom('auth', undefined),
      opaque: fc.option(text, { nil: undefined }),
      stale: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 3 }), (challenges) => {
        assert.deepEqual(readChallenges(challenges.map(writeChallenge).join(', ')), challenges);
      }),
    );
  });

  it('are read as registrars write them', () => {
    // Asterisk, FreeSWITCH, Cisco.
    const values = [
      'Digest realm="asterisk",nonce="1626290287/c3a2",opaque="73db6781466c5493",algorithm=md5,qop="auth"',
      'Digest realm="pbx.example", nonce="0b4a", algorithm=MD5, qop="auth,auth-int", stale=FALSE',
      'DIGEST  realm="ccmsipline" , nonce = "aa" , algorithm=MD5',
    ];
    const read = values.flatMap(readChallenges);
    assert.deepEqual(
      read.map(({ realm, nonce, qop, stale }) => [realm, nonce, qop, stale]),
      [
        ['asterisk', '1626290287/c3a2', 'auth', false],
        ['pbx.example', '0b4a', 'auth', false],
        ['ccmsipline', 'aa', undefined, false],
      ],
    );
  });

  it('of other schemes and algorithms are passed over, and damaged ones are', () => {
    const value =
      'Negotiate abc=, Digest realm="r", nonce="1", algorithm=AKAv1-MD5, Basic realm="x", Digest realm="r", nonce="2"';
    assert.deepEqual(
      readChallenges(value).map(({ nonce }) => nonce),
      ['2'],
    );
    for (const damaged of [
      '',
      'Digest',
      'Digest realm="r"',
      'Digest realm="r", nonce="',
      'Digest realm="r", nonce="1", nonce="2"',
      'Digest realm="r", nonce="1", qop="auth-int"',
      'realm="r", nonce="1"',
      `Digest realm="r", nonce="${'1'.repeat(9000)}"`,
    ]) {
      assert.deepEqual(readChallenges(damaged), [], damaged);
    }
  });
});

describe('credentials', () => {
  it('come back as they were written', () => {
    const credentials: fc.Arbitrary<Credentials> = record({
      username: text,
      realm: text,
      nonce: text,
      uri: text,
      response: fc.constantFrom('0'.repeat(32), 'f'.repeat(64)),
      algorithm,
      opaque: fc.option(text, { nil: undefined }),
      protection,
    });
    fc.assert(
      fc.property(credentials, (written) => {
        assert.deepEqual(readCredentials(writeCredentials(written)), [written]);
      }),
    );
  });

  it('are read as rooms write them', () => {
    const [baresip] = readCredentials(
      'Digest username="room1", realm="classbridge", nonce="ab", uri="sip:127.0.0.1:7801;transport=udp", response="7bb2e4b1fd088ffdf9ce8cc74aec3dc3", cnonce="f621f9080ec500ad", qop=auth, nc=0000000A, algorithm=MD5',
    );
    assert.equal(baresip?.uri, 'sip:127.0.0.1:7801;transport=udp');
    assert.deepEqual(baresip?.protection, { cnonce: 'f621f9080ec500ad', nonceCount: 10 });
    // RFC 2069, with hexadecimal digits in capitals and a folded line.
    const [old] = readCredentials(
      'Digest username="a",\r\n realm="r",nonce="n",uri="sip:x",response="7BB2E4B1FD088FFDF9CE8CC74AEC3DC3",qop=""',
    );
    assert.equal(old?.response, '7bb2e4b1fd088ffdf9ce8cc74aec3dc3');
    assert.equal(old?.protection, undefined);
  });

  it('that are damaged are not read, and nothing throws', () => {
    const whole = 'Digest username="a", realm="r", nonce="n", uri="sip:x", response="0"';
    assert.deepEqual(readCredentials(whole), [], 'short response');
    const good = whole.replace('"0"', `"${'0'.repeat(32)}"`);
    assert.equal(readCredentials(good).length, 1);
    for (const wrong of [`${good}, qop=auth`, `${good}, qop=auth, cnonce="c", nc=1`, `${good}, qop=auth-int`]) {
      assert.deepEqual(readCredentials(wrong), [], wrong);
    }
    fc.assert(fc.property(fc.string(), (value) => assert.deepEqual(readCredentials(`Digest ${value}`), [])));
  });
});

describe('Authentication-Info', () => {
  it('comes back as it was written', () => {
    const info = record({
      nextNonce: fc.option(text, { nil: undefined }),
      proof: fc.option(
        record({ responseAuth: text, cnonce: text, nonceCount: fc.integer({ min: 0, max: 0xffff_ffff }) }),
        { nil: undefined },
      ),
    }).filter(({ nextNonce, proof }) => nextNonce !== undefined || proof !== undefined);
    fc.assert(
      fc.property(info, (written) => {
        assert.deepEqual(readAuthenticationInfo(writeAuthenticationInfo(written)), written);
      }),
    );
    assert.equal(readAuthenticationInfo('nextnonce="x'), undefined);
  });
});
