import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { DigestAlgorithm } from './algorithm.ts';
import { readAuthenticationInfo } from './authentication-info.ts';
import { readChallenges } from './challenge.ts';
import { type Credentials, writeCredentials } from './credentials.ts';
import { DigestVerifier, type Verdict } from './digest-verifier.ts';
import { digestResponse, hashedPassword } from './response.ts';

const NOW = 1_800_000_000_000;
const REALM = 'classbridge';
const ADDRESS = '192.0.2.1';

const hashes = (name: string, password: string) => ({
  name,
  md5: hashedPassword('MD5', name, REALM, password),
  sha256: hashedPassword('SHA-256', name, REALM, password),
});

function verifier(algorithms: readonly DigestAlgorithm[] = ['SHA-256', 'MD5']): DigestVerifier {
  return new DigestVerifier({
    realm: REALM,
    users: [hashes('room1', 'secret')],
    algorithms,
    secret: randomBytes(32),
    random: randomBytes,
    nonceLifetime: 1000,
    failures: { allowed: 3, wait: 10_000 },
  });
}

interface Attempt {
  readonly nonce: string;
  readonly algorithm?: DigestAlgorithm;
  readonly username?: string;
  readonly password?: string;
  readonly method?: string;
  readonly uri?: string;
  readonly protection?: Credentials['protection'];
}

function answer(attempt: Attempt): string {
  const { nonce, algorithm = 'MD5', username = 'room1', password = 'secret', method = 'REGISTER' } = attempt;
  const uri = attempt.uri ?? 'sip:school.example';
  const protection = 'protection' in attempt ? attempt.protection : { cnonce: 'c', nonceCount: 1 };
  const response = digestResponse({
    algorithm,
    hashedPassword: hashedPassword(algorithm, username, REALM, password),
    nonce,
    protection,
    method,
    uri,
  });
  return writeCredentials({ username, realm: REALM, nonce, uri, response, algorithm, opaque: undefined, protection });
}

function nonceOf(digest: DigestVerifier, now = NOW, address = ADDRESS): string {
  const verdict = digest.verify({ method: 'REGISTER', authorization: undefined, address }, now);
  assert.equal(verdict.outcome, 'challenged');
  const [challenge] = verdict.challenges.flatMap(readChallenges);
  assert.ok(challenge !== undefined);
  return challenge.nonce;
}

const judge = (digest: DigestVerifier, authorization: string | undefined, now = NOW, address = ADDRESS): Verdict =>
  digest.verify({ method: 'REGISTER', authorization, address }, now);

function reason(verdict: Verdict): string {
  return verdict.outcome === 'challenged' ? verdict.reason : verdict.outcome;
}

describe('DigestVerifier', () => {
  it('challenges in the order given, a header field for each algorithm', () => {
    const verdict = judge(verifier(), undefined);
    assert.equal(verdict.outcome, 'challenged');
    const read = verdict.challenges.map((value) => readChallenges(value)[0]);
    assert.deepEqual(
      read.map((challenge) => [challenge?.algorithm, challenge?.realm, challenge?.qop, challenge?.stale]),
      [
        ['SHA-256', REALM, 'auth', false],
        ['MD5', REALM, 'auth', false],
      ],
    );
    const single = judge(verifier(['MD5']), undefined);
    assert.equal(single.outcome === 'challenged' && single.challenges.length, 1);
  });

  it('accepts either algorithm, and proves that it knows the password too', () => {
    for (const algorithm of ['MD5', 'SHA-256'] as const) {
      const digest = verifier();
      const nonce = nonceOf(digest);
      const verdict = judge(digest, answer({ nonce, algorithm }));
      assert.equal(verdict.outcome, 'accepted');
      assert.equal(verdict.user, 'room1');
      const info = readAuthenticationInfo(verdict.authenticationInfo ?? '');
      const expected = digestResponse({
        algorithm,
        hashedPassword: hashedPassword(algorithm, 'room1', REALM, 'secret'),
        nonce,
        protection: { cnonce: 'c', nonceCount: 1 },
        method: '',
        uri: 'sip:school.example',
      });
      assert.deepEqual(info, {
        nextNonce: undefined,
        proof: { responseAuth: expected, cnonce: 'c', nonceCount: 1 },
      });
    }
  });

  it('takes an algorithm that was not offered for no answer', () => {
    const digest = verifier(['SHA-256']);
    assert.equal(reason(judge(digest, answer({ nonce: nonceOf(digest) }))), 'missing');
  });

  it('takes whatever uri was written, but only for the method that was hashed', () => {
    const digest = verifier();
    assert.equal(reason(judge(digest, answer({ nonce: nonceOf(digest), uri: 'sip:10.0.0.9' }))), 'accepted');
    assert.equal(reason(judge(digest, answer({ nonce: nonceOf(digest), method: 'INVITE' }))), 'wrong');
  });

  it('tells wrong passwords and unknown users the same', () => {
    const digest = verifier();
    assert.equal(reason(judge(digest, answer({ nonce: nonceOf(digest), password: 'Secret' }))), 'wrong');
    assert.equal(reason(judge(digest, answer({ nonce: nonceOf(digest), username: 'room2' }))), 'wrong');
    // What an unknown user's response is compared with is no password either.
    const nonce = nonceOf(digest);
    const uri = 'sip:school.example';
    const protection = { cnonce: 'c', nonceCount: 1 };
    const forged = { algorithm: 'MD5', nonce, uri, protection } as const;
    const response = digestResponse({ ...forged, hashedPassword: 'no such user', method: 'REGISTER' });
    const written = writeCredentials({ ...forged, username: 'room2', realm: REALM, opaque: undefined, response });
    assert.equal(reason(judge(digest, written)), 'wrong');
  });

  it('says stale where only the nonce is old, of another address or of another process', () => {
    const digest = verifier();
    const nonce = nonceOf(digest);
    const verdict = judge(digest, answer({ nonce }), NOW + 1001);
    assert.equal(reason(verdict), 'stale');
    assert.ok(verdict.outcome === 'challenged' && verdict.challenges.every((value) => value.includes('stale=true')));
    assert.equal(reason(judge(digest, answer({ nonce }), NOW, '192.0.2.2')), 'stale');
    assert.equal(reason(judge(verifier(), answer({ nonce }))), 'stale');
    assert.equal(reason(judge(digest, answer({ nonce }))), 'accepted');
  });

  it('knows the nonces that it issued by the address alone, stale ones too', () => {
    const digest = verifier();
    const nonce = nonceOf(digest);
    assert.deepEqual(
      [digest.issued(nonce, ADDRESS, NOW), digest.issued(nonce, ADDRESS, NOW + 3_600_000)],
      [true, true],
    );
    assert.equal(digest.issued(nonce, '192.0.2.2', NOW), false);
    assert.equal(verifier().issued(nonce, ADDRESS, NOW), false);
    assert.equal(digest.issued('', ADDRESS, NOW), false);
  });

  it('takes no answer twice, and further ones that count on', () => {
    const digest = verifier();
    const nonce = nonceOf(digest);
    const counted = (nonceCount: number) => answer({ nonce, protection: { cnonce: 'c', nonceCount } });
    assert.deepEqual(
      [1, 1, 2, 2, 9].map((count) => reason(judge(digest, counted(count)))),
      ['accepted', 'stale', 'accepted', 'stale', 'accepted'],
    );
  });

  it('takes a client of RFC 2069 once for each nonce', () => {
    const digest = verifier();
    const old = answer({ nonce: nonceOf(digest), protection: undefined });
    const verdict = judge(digest, old);
    assert.equal(verdict.outcome, 'accepted');
    assert.equal(verdict.authenticationInfo, undefined);
    assert.equal(reason(judge(digest, old)), 'stale');
  });

  it('hands out the next nonce before the old one is stale', () => {
    const digest = verifier();
    const nonce = nonceOf(digest);
    const verdict = judge(digest, answer({ nonce }), NOW + 600);
    const next =
      verdict.outcome === 'accepted' ? readAuthenticationInfo(verdict.authenticationInfo ?? '')?.nextNonce : '';
    assert.equal(reason(judge(digest, answer({ nonce: next ?? '' }), NOW + 1500)), 'accepted');
  });

  it('blocks one who guesses, for this user and from this address, known user or not', () => {
    for (const username of ['room1', 'nobody']) {
      const digest = verifier();
      const guess = (now: number, address = ADDRESS, password = 'guess') =>
        judge(digest, answer({ nonce: nonceOf(digest, now, address), username, password }), now, address);
      assert.deepEqual([guess(NOW), guess(NOW), guess(NOW)].map(reason), ['wrong', 'wrong', 'wrong']);
      assert.deepEqual(guess(NOW + 500, ADDRESS, 'secret'), { outcome: 'blocked', retryAfterSeconds: 10 });
      const right = username === 'room1' ? 'accepted' : 'wrong';
      assert.equal(reason(guess(NOW, '192.0.2.2', 'secret')), right);
      assert.equal(reason(guess(NOW + 10_000, ADDRESS, 'secret')), right);
    }
  });

  it('passes over credentials for others and calls rubbish unreadable', () => {
    const digest = verifier();
    const nonce = nonceOf(digest);
    const others = answer({ nonce }).replace(REALM, 'proxy.example');
    assert.equal(reason(judge(digest, `${others}, ${answer({ nonce })}`)), 'accepted');
    assert.equal(reason(judge(digest, others)), 'missing');
    assert.equal(reason(judge(digest, 'Basic abc')), 'unreadable');
  });
});
