import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { readChallenges } from '../digest/challenge.ts';
import { writeCredentials } from '../digest/credentials.ts';
import { DigestVerifier } from '../digest/digest-verifier.ts';
import { digestResponse, hashedPassword } from '../digest/response.ts';
import type { Binding } from './location-table.ts';
import type { RegisterFields } from './register-request.ts';
import { type RegisterAnswer, Registrar } from './registrar.ts';

const NOW = 5_000_000;
const REALM = 'classbridge';
const ARRIVAL = { protocol: 'udp', address: '203.0.113.9', port: 40_000 };

/** A client that registers as room1 with the right password, on a registrar of its own. */
class Room {
  readonly registrar: Registrar;
  #sequence = 0;

  constructor(changed: (user: string, bindings: readonly Binding[]) => void = () => undefined) {
    const users = ['room1', 'room2'].map((name) => ({
      name,
      md5: hashedPassword('MD5', name, REALM, `${name}-secret`),
    }));
    this.registrar = new Registrar({
      verifier: new DigestVerifier({
        realm: REALM,
        users,
        algorithms: ['MD5'],
        secret: randomBytes(32),
        random: randomBytes,
      }),
      minimumExpires: 60,
      maximumExpires: 7200,
      changed,
    });
  }

  fields(changes: Partial<RegisterFields>): RegisterFields {
    this.#sequence += 1;
    return {
      to: '<sip:room1@school.example>',
      callId: 'call-1',
      cseq: `${this.#sequence} REGISTER`,
      contact: undefined,
      expires: undefined,
      supported: undefined,
      ...changes,
    };
  }

  register(changes: Partial<RegisterFields> = {}, now = NOW, user = 'room1', arrival = ARRIVAL): RegisterAnswer {
    const fields = this.fields(changes);
    const challenge = this.registrar.register({ fields, authorization: undefined, arrival }, now);
    assert.equal(challenge.status, 401);
    assert.equal(challenge.result, 'challenged');
    const [{ nonce } = { nonce: '' }] = challenge.challenges.flatMap(readChallenges);
    const common = {
      nonce,
      uri: 'sip:school.example',
      protection: { cnonce: 'c', nonceCount: 1 },
      algorithm: 'MD5',
    } as const;
    const response = digestResponse({
      ...common,
      hashedPassword: hashedPassword('MD5', user, REALM, `${user}-secret`),
      method: 'REGISTER',
    });
    const authorization = writeCredentials({ ...common, username: user, realm: REALM, response, opaque: undefined });
    return this.registrar.register({ fields, authorization, arrival }, now);
  }

  uris(now = NOW): string[] {
    return this.registrar.lookup('room1', now).map(({ uri }) => uri);
  }
}

describe('Registrar', () => {
  it('registers, lists, refreshes and removes', () => {
    const room = new Room();
    const first = room.register({ contact: '<sip:a@10.0.0.1:5060>;expires=120;q=0.5, sip:b@10.0.0.2', expires: '600' });
    assert.equal(first.status, 200);
    assert.equal(first.result, 'registered');
    assert.equal(first.headers.Contact, '<sip:b@10.0.0.2>;expires=600, <sip:a@10.0.0.1:5060>;expires=120;q=0.5');
    assert.match(first.headers['Authentication-Info'] ?? '', /rspauth=/);
    assert.equal(room.registrar.active(NOW), 2);
    const query = room.register({}, NOW + 60_500);
    assert.equal(query.result, 'queried');
    assert.equal(query.headers.Contact, '<sip:b@10.0.0.2>;expires=540, <sip:a@10.0.0.1:5060>;expires=60;q=0.5');
    room.register({ contact: '<sip:a@10.0.0.1:5060>', expires: '100' }, NOW + 100_000);
    assert.deepEqual(room.uris(NOW + 130_000), ['sip:a@10.0.0.1:5060', 'sip:b@10.0.0.2']);
    const removal = room.register({ contact: '<sip:b@10.0.0.2>;expires=0' }, NOW + 130_000);
    assert.equal(removal.result, 'removed');
    assert.deepEqual(room.uris(NOW + 130_000), ['sip:a@10.0.0.1:5060']);
    assert.deepEqual(room.uris(NOW + 200_000), []);
    assert.equal(room.registrar.active(NOW + 200_000), 0);
  });

  it('removes all by *, which must stand alone and with Expires: 0', () => {
    const room = new Room();
    room.register({ contact: '<sip:a@10.0.0.1>, <sip:b@10.0.0.1>' });
    for (const wrong of [
      { contact: '*' },
      { contact: '*', expires: '60' },
      { contact: '*, <sip:a@10.0.0.1>', expires: '0' },
    ]) {
      assert.equal(room.register(wrong).result, 'bad-request');
    }
    assert.equal(room.uris().length, 2);
    const answer = room.register({ contact: '*', expires: '0' });
    assert.deepEqual([answer.status, answer.result, answer.headers.Contact], [200, 'removed', undefined]);
    assert.equal(room.uris().length, 0);
  });

  it('lets contacts hold 3600 s by default, refuses less than the minimum and cuts to the maximum', () => {
    const room = new Room();
    const lifetime = (changes: Partial<RegisterFields>) => room.register({ contact: '<sip:a@10.0.0.1>', ...changes });
    assert.equal(lifetime({}).headers.Expires, '3600');
    assert.equal(lifetime({ expires: 'soon' }).headers.Expires, '3600');
    assert.equal(lifetime({ expires: '99999999' }).headers.Contact, '<sip:a@10.0.0.1>;expires=7200');
    const brief = lifetime({ expires: '59' });
    assert.deepEqual([brief.status, brief.headers['Min-Expires'], brief.result], [423, '60', 'too-brief']);
    assert.equal(lifetime({ expires: '60' }).status, 200);
    assert.equal(lifetime({ contact: '<sip:a@10.0.0.1>;expires=60', expires: '10' }).status, 200);
  });

  it('carries out nothing of a request that is older than the last', () => {
    const room = new Room();
    room.register({ contact: '<sip:a@10.0.0.1>', cseq: '7 REGISTER' });
    const late = room.register({ contact: '<sip:new@10.0.0.1>, <sip:a@10.0.0.1>;expires=0', cseq: '6 REGISTER' });
    assert.deepEqual([late.status, late.result], [400, 'out-of-order']);
    assert.equal(room.register({ contact: '*', expires: '0', cseq: '7 REGISTER' }).status, 400);
    assert.deepEqual(room.uris(), ['sip:a@10.0.0.1']);
    // Started anew, a room counts from the beginning under another Call-ID.
    const again = room.register({ contact: '<sip:a@10.0.0.1>;expires=0', cseq: '1 REGISTER', callId: 'call-2' });
    assert.deepEqual([again.status, room.uris()], [200, []]);
  });

  it('keeps ten contacts: one more drives out the first to expire', () => {
    const room = new Room();
    for (let index = 0; index < 12; index += 1) {
      room.register({ contact: `<sip:c${index}@10.0.0.1>;expires=${index === 5 ? 60 : 600 + index}` });
    }
    const users = room.uris().map((uri) => uri.slice(4).split('@')[0]);
    assert.deepEqual(users.sort(), ['c1', 'c10', 'c11', 'c2', 'c3', 'c4', 'c6', 'c7', 'c8', 'c9']);
    const many = Array.from({ length: 11 }, (_, index) => `<sip:d${index}@10.0.0.1>`).join(',');
    assert.equal(room.register({ contact: many }).result, 'bad-request');
  });

  it('lets nobody register for another', () => {
    const room = new Room();
    const answer = room.register({ contact: '<sip:a@10.0.0.1>' }, NOW, 'room2');
    assert.deepEqual([answer.status, answer.result], [403, 'forbidden']);
    assert.deepEqual(room.uris(), []);
    assert.equal(room.register({ to: '"Room" <sip:room%31@10.0.0.9:5060>', contact: '<sip:a@10.0.0.1>' }).status, 200);
  });

  it('tells wrong passwords from first tries in its result, and not to the client', () => {
    const room = new Room();
    const fields = room.fields({ contact: '<sip:a@10.0.0.1>' });
    const bare = room.registrar.register({ fields, authorization: undefined, arrival: ARRIVAL }, NOW);
    const [{ nonce } = { nonce: '' }] = bare.challenges.flatMap(readChallenges);
    const wrong = (username: string) =>
      room.registrar.register(
        {
          fields,
          authorization: `Digest username="${username}", realm="${REALM}", nonce="${nonce}", uri="sip:x", response="${'0'.repeat(32)}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"`,
          arrival: ARRIVAL,
        },
        NOW,
      );
    for (const user of ['room1', 'nobody']) {
      const answer = wrong(user);
      assert.deepEqual([answer.status, answer.result], [401, 'wrong-credentials']);
      assert.equal(readChallenges(answer.challenges[0] ?? '')[0]?.stale, false);
    }
    for (let count = 0; count < 9; count += 1) wrong('room1');
    const blocked = wrong('room1');
    assert.deepEqual([blocked.status, blocked.result, blocked.headers['Retry-After']], [403, 'blocked', '300']);
    assert.deepEqual(room.uris(), []);
  });

  it('says bad-request to what cannot be read', () => {
    const room = new Room();
    for (const wrong of [
      { to: '<sip:school.example>' },
      { to: undefined },
      { contact: '<sip:a@b c>' },
      { contact: '<sip:a@10.0.0.1' },
      { callId: '' },
      { cseq: 'REGISTER' },
      { contact: `<sip:${'a'.repeat(600)}@10.0.0.1>` },
    ]) {
      assert.equal(room.register(wrong).result, 'bad-request', JSON.stringify(wrong));
    }
    const foreign = room.register({ contact: '<mailto:a@school.example>, <tel:+861012345678>' });
    assert.deepEqual([foreign.status, room.uris()], [200, []]);
  });
});

describe('a registrar that takes over from another', () => {
  it('knows the contacts that still hold, in their order, and goes on counting', () => {
    const told: Binding[][] = [];
    const room = new Room((_user, bindings) => told.push([...bindings]));
    room.register({ contact: '<sip:a@10.0.0.1>;expires=60' });
    room.register({ contact: '<sip:b@10.0.0.1>;expires=600' });
    room.register({ contact: '<sip:c@10.0.0.1>;expires=600;q=0.5' });
    room.register({});
    assert.equal(told.length, 3, 'a question changes nothing');
    const next = new Room();
    next.registrar.restore('room1', told.at(-1) ?? [], NOW + 100_000);
    assert.deepEqual(next.uris(NOW + 100_000), ['sip:b@10.0.0.1', 'sip:c@10.0.0.1']);
    assert.equal(
      next.register({ contact: '<sip:b@10.0.0.1>', cseq: '2 REGISTER' }, NOW + 100_000).result,
      'out-of-order',
    );
    assert.deepEqual(next.uris(NOW + 700_000), []);
  });
});

describe('Registrar.lookup', () => {
  it('leads to the contact itself, or back through the NAT', () => {
    const hop = 'sip:203.0.113.9:40000;transport=udp';
    for (const [contact, proxy] of [
      ['<sip:a@203.0.113.9:5060>', undefined],
      ['<sip:a@10.0.0.1:5060>', hop],
      ['<sip:a@room.local>', hop],
    ] as const) {
      const room = new Room();
      room.register({ contact });
      assert.deepEqual(
        room.registrar.lookup('room1', NOW).map((found) => found.proxy),
        [proxy],
      );
    }
    const room = new Room();
    const arrival = { protocol: 'tcp', address: '2001:db8::1', port: 40_000 };
    room.register({ contact: '<sip:a@[2001:DB8:0::1]:5060>, <sip:b@[2001:db8::2]>' }, NOW, 'room1', arrival);
    assert.deepEqual(
      room.registrar.lookup('room1', NOW).map(({ proxy }) => proxy),
      ['sip:[2001:db8::1]:40000;transport=tcp', undefined],
    );
  });

  it('takes a contact that is written in another way for the same', () => {
    const room = new Room();
    room.register({ contact: '<sip:a%62@Host.example:5060;transport=TCP>' });
    room.register({ contact: '<sip:ab@host.EXAMPLE:5060;transport=tcp;x=1>' });
    assert.deepEqual(room.uris(), ['sip:ab@host.EXAMPLE:5060;transport=tcp;x=1']);
    room.register({ contact: '<sip:ab@host.example:5060>' });
    assert.equal(room.uris().length, 2);
  });

  it('knows a flow of RFC 5626 by its instance, and uses it', () => {
    const room = new Room();
    const flow = (host: string, supported: string | undefined) =>
      room.register({ contact: `<sip:a@${host}>;reg-id=1;+sip.instance="<urn:uuid:0>"`, supported });
    assert.equal(flow('203.0.113.9', 'path, outbound').headers.Require, 'outbound');
    const second = flow('203.0.113.9:6000', 'outbound');
    assert.match(
      second.headers.Contact ?? '',
      /^<sip:a@203\.0\.113\.9:6000>;expires=3600;\+sip\.instance="<urn:uuid:0>";reg-id=1$/,
    );
    assert.equal(room.registrar.lookup('room1', NOW)[0]?.proxy, 'sip:203.0.113.9:40000;transport=udp');
    assert.equal(flow('203.0.113.9:7000', undefined).headers.Require, undefined);
    assert.equal(room.uris().length, 2);
  });
});
