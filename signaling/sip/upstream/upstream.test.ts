import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { writeChallenge } from '../digest/challenge.ts';
import { readCredentials } from '../digest/credentials.ts';
import { DigestVerifier } from '../digest/digest-verifier.ts';
import { hashedPassword } from '../digest/response.ts';
import { VirtualClock } from '../edge/virtual-clock.ts';
import { Registrar } from '../registrar/registrar.ts';
import { type OutgoingRegister, type ReceivedAnswer, RegistrationClient } from './registration-client.ts';
import { type UpstreamAnswer, UpstreamRegistration } from './upstream-registration.ts';
import { Upstreams } from './upstreams.ts';

const REGISTRAR = 'sip:pbx.example:5070;transport=tcp';

let count = 0;
const token = () => {
  count += 1;
  return `token${count}`;
};

function client(password = 'secret'): RegistrationClient {
  return new RegistrationClient({ registrar: REGISTRAR, user: 'gateway', password, alias: '1001', token });
}

function answer(status: number, headers: Record<string, string> = {}): ReceivedAnswer {
  return {
    status,
    header: (name) => headers[name],
    sentContact: '<sip:1001@192.0.2.1:5060;transport=tcp>;expires=3600',
  };
}

function challenge(
  nonce: string,
  changes: { stale?: boolean; algorithm?: 'MD5' | 'SHA-256'; qop?: undefined } = {},
): string {
  return writeChallenge({ realm: 'pbx', nonce, algorithm: 'MD5', qop: 'auth', opaque: 'o', stale: false, ...changes });
}

/** The request that follows an answer. */
function next(registration: RegistrationClient, received: ReceivedAnswer): OutgoingRegister {
  const after = registration.answered(received);
  assert.equal(after.next, 'send');
  return after.request;
}

describe('RegistrationClient', () => {
  it('registers an alias of its account, with one Call-ID and rising CSeq', () => {
    const registration = client();
    const { uri, headers } = registration.register();
    assert.equal(uri, REGISTRAR);
    assert.equal(headers.To, '<sip:1001@pbx.example:5070>');
    assert.equal(headers.Contact, '<sip:1001@localhost>;expires=3600');
    assert.equal(headers.CSeq, '1 REGISTER');
    assert.equal(headers.Authorization, undefined);
    const again = next(registration, answer(401, { 'WWW-Authenticate': challenge('n1') }));
    assert.equal(again.headers['Call-ID'], headers['Call-ID']);
    assert.equal(again.headers.From, headers.From);
    assert.equal(again.headers.CSeq, '2 REGISTER');
    const [credentials] = readCredentials(again.headers.Authorization ?? '');
    assert.equal(credentials?.username, 'gateway');
    assert.equal(credentials?.uri, REGISTRAR);
    assert.equal(credentials?.opaque, 'o');
  });

  it('answers the first challenge that it knows, and those of proxies in their own field', () => {
    const registration = client();
    registration.register();
    const value = `Digest realm="pbx", nonce="x", algorithm=SHA-512-256, ${challenge('n1', { algorithm: 'SHA-256' })}, ${challenge('n2')}`;
    const own = next(registration, answer(401, { 'WWW-Authenticate': value }));
    assert.equal(readCredentials(own.headers.Authorization ?? '')[0]?.nonce, 'n1');
    const both = next(registration, answer(407, { 'Proxy-Authenticate': challenge('p1', { qop: undefined }) }));
    const [proxy] = readCredentials(both.headers['Proxy-Authorization'] ?? '');
    assert.equal(proxy?.nonce, 'p1');
    assert.equal(proxy?.protection, undefined);
    assert.equal(readCredentials(both.headers.Authorization ?? '')[0]?.protection?.nonceCount, 2);
  });

  it('counts on with its nonce, takes the next one, and answers anew where it was stale', () => {
    const registration = client();
    registration.register();
    next(registration, answer(401, { 'WWW-Authenticate': challenge('n1') }));
    assert.deepEqual(registration.answered(answer(200)), { next: 'rest', expires: 3600 });
    const used = (request: OutgoingRegister) => {
      const [credentials] = readCredentials(request.headers.Authorization ?? '');
      return [credentials?.nonce, credentials?.protection?.nonceCount];
    };
    assert.deepEqual(used(registration.register()), ['n1', 2]);
    registration.answered(answer(200, { 'Authentication-Info': 'nextnonce="n2"' }));
    assert.deepEqual(used(registration.register()), ['n2', 1]);
    const stale = next(registration, answer(401, { 'WWW-Authenticate': challenge('n3', { stale: true }) }));
    assert.deepEqual(used(stale), ['n3', 1]);
  });

  it('gives up at a wrong password, and begins anew the next time', () => {
    const registration = client();
    registration.register();
    next(registration, answer(401, { 'WWW-Authenticate': challenge('n1') }));
    const refused = registration.answered(
      answer(401, { 'WWW-Authenticate': challenge('n2'), 'Retry-After': '30 (busy)' }),
    );
    assert.deepEqual(refused, { next: 'retry', status: 401, retryAfter: 30 });
    assert.equal(registration.register().headers.Authorization, undefined);
    // A registrar that says stale for ever is not answered for ever.
    let answers = 0;
    while (
      registration.answered(answer(401, { 'WWW-Authenticate': challenge('n', { stale: true }) })).next === 'send'
    ) {
      answers += 1;
    }
    assert.equal(answers, 3);
  });

  it('asks for longer where its lifetime is too brief, and gives up where that is no sense', () => {
    const registration = client();
    registration.register();
    const longer = next(registration, answer(423, { 'Min-Expires': '7200' }));
    assert.equal(longer.headers.Expires, '7200');
    assert.equal(longer.headers.Contact, '<sip:1001@localhost>;expires=7200');
    assert.equal(registration.answered(answer(423, { 'Min-Expires': '60' })).next, 'retry');
    assert.equal(registration.answered(answer(403)).next, 'retry');
  });

  it('reads the lifetime of its own contact among others, else of the answer', () => {
    const granted = (headers: Record<string, string>) => {
      const registration = client();
      registration.register();
      const after = registration.answered(answer(200, headers));
      return after.next === 'rest' ? after.expires : after.next;
    };
    const others = '<sip:1001@192.0.2.9:5060>;expires=10, <sip:1001@192.0.2.1>;expires=120;q=1';
    assert.equal(granted({ Contact: others, Expires: '300' }), 120);
    assert.equal(granted({ Contact: '<sip:1001@192.0.2.9>;expires=10', Expires: '300' }), 300);
    assert.equal(granted({}), 3600);
  });
});

const flush = async () => {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
};

/** A registrar of ours, asked without a network. */
function localRegistrar(clock: VirtualClock, maximumExpires = 100) {
  const user = { name: 'gateway', md5: hashedPassword('MD5', 'gateway', 'pbx', 'secret') };
  const verifier = new DigestVerifier({
    realm: 'pbx',
    users: [user],
    algorithms: ['MD5'],
    secret: randomBytes(32),
    random: randomBytes,
  });
  const registrar = new Registrar({ verifier, minimumExpires: 60, maximumExpires });
  let requests = 0;
  const send = async ({ headers }: OutgoingRegister): Promise<UpstreamAnswer> => {
    requests += 1;
    const contact = headers.Contact?.replace('localhost', '192.0.2.1');
    const { To: to, 'Call-ID': callId, CSeq: cseq, Expires: expires } = headers;
    const given = registrar.register(
      {
        fields: { to, callId, cseq, contact, expires, supported: undefined },
        authorization: headers.Authorization,
        arrival: { protocol: 'udp', address: '192.0.2.1', port: 5060 },
      },
      clock.now(),
    );
    const fields: Record<string, string> = { ...given.headers, 'WWW-Authenticate': given.challenges.join(', ') };
    return { status: given.status, header: (name) => fields[name], sentContact: contact, address: '192.0.2.7' };
  };
  return { registrar, send, requests: () => requests };
}

describe('UpstreamRegistration', () => {
  it('stays registered, and is removed at the end', async () => {
    const clock = new VirtualClock(1_000_000);
    const upstream = localRegistrar(clock);
    const states: string[] = [];
    const registration = new UpstreamRegistration({
      client: new RegistrationClient({
        registrar: 'sip:pbx',
        user: 'gateway',
        password: 'secret',
        alias: 'gateway',
        token,
      }),
      send: upstream.send,
      clock,
      chance: () => 1,
      changed: (state, status) => states.push(`${state} ${status}`),
    });
    registration.start();
    await flush();
    assert.equal(registration.state, 'registered');
    assert.equal(registration.address, '192.0.2.7');
    assert.equal(upstream.requests(), 2);
    for (let minute = 0; minute < 20; minute += 1) {
      clock.advance(50_000);
      await flush();
      assert.equal(upstream.registrar.lookup('gateway', clock.now() + 49_000).length, 1);
    }
    assert.ok(upstream.requests() < 30, 'nonces are used again');
    await registration.close();
    assert.deepEqual(states, ['registered 200', 'removed 200']);
    assert.equal(upstream.registrar.active(clock.now()), 0);
    assert.equal(clock.pending, 0);
  });

  it('tries again at growing distances, after errors of the network and of the registrar', async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    let working = false;
    const registration = new UpstreamRegistration({
      client: client(),
      send: async () => {
        times.push(clock.now());
        if (working) return { ...answer(200), address: 'a' };
        if (times.length > 2) return { ...answer(503), address: 'a' };
        throw new Error('no route');
      },
      clock,
      chance: () => 1,
      changed: () => undefined,
    });
    registration.start();
    await flush();
    for (const wait of [5_000, 10_000, 20_000]) {
      clock.advance(wait);
      await flush();
    }
    assert.deepEqual(times, [0, 5_000, 15_000, 35_000]);
    assert.equal(registration.state, 'failed');
    assert.equal(registration.address, undefined);
    working = true;
    clock.advance(40_000);
    await flush();
    assert.equal(registration.state, 'registered');
    await registration.close();
  });
});

describe('Upstreams', () => {
  it('registers every alias, tells how each stands, and logs no password', async () => {
    const clock = new VirtualClock();
    const lines: string[] = [];
    const log = (facts: object, message: string) => lines.push(JSON.stringify({ ...facts, message }));
    const upstreams = new Upstreams({
      accounts: [{ registrar: 'sip:pbx', user: 'gateway', password: 'top-secret', aliases: ['1001', '1002'] }],
      send: async ({ headers }) =>
        headers.To?.includes('1002') ? { ...answer(404), address: 'a' } : { ...answer(200), address: '192.0.2.7' },
      token,
      clock,
      chance: () => 0,
      log: { debug: log, info: log, warn: log, error: log },
    });
    upstreams.start();
    await flush();
    assert.deepEqual(upstreams.states(), [
      { registrar: 'sip:pbx', alias: '1001', state: 'registered' },
      { registrar: 'sip:pbx', alias: '1002', state: 'failed' },
    ]);
    assert.ok(upstreams.isTrunk('192.0.2.7'));
    assert.ok(!upstreams.isTrunk('a'));
    assert.equal(lines.length, 2);
    assert.ok(!lines.join().includes('top-secret'));
    await upstreams.close();
    assert.equal(upstreams.states()[0]?.state, 'removed');
    assert.equal(clock.pending, 0);
  });

  it('leaves after 2 s where a registrar does not answer', async () => {
    const clock = new VirtualClock();
    const upstreams = new Upstreams({
      accounts: [{ registrar: 'sip:pbx', user: 'gateway', password: 'x' }],
      send: () => new Promise(() => undefined),
      token,
      clock,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    upstreams.start();
    const closed = upstreams.close();
    clock.advance(2_000);
    await closed;
    assert.equal(upstreams.states()[0]?.state, 'trying');
  });
});
