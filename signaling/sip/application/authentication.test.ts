import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { readChallenges } from '../digest/challenge.ts';
import { writeCredentials } from '../digest/credentials.ts';
import { DigestVerifier } from '../digest/digest-verifier.ts';
import { digestResponse, hashedPassword } from '../digest/response.ts';
import { systemClock } from '../edge/clock.ts';
import { createEdge } from '../edge/edge.ts';
import { fieldValue, fieldValues, type SipResponse } from '../edge/message/message.ts';
import { ScriptedPeer } from '../edge/scripted-peer.ts';
import { Registrar } from '../registrar/registrar.ts';
import { Upstreams } from '../upstream/upstreams.ts';
import { CallerAuthentication } from './caller-authentication.ts';
import { RegistrationService } from './registration-service.ts';
import { SipApplication } from './sip-application.ts';

const REALM = 'classbridge';
const SECRET = 'of the edge';
const log = pino({ level: 'silent' });
const opened: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A gateway's SIP side on loopback: embedded edge, registrar and application; one user, 1001. */
async function gateway(trusts: (address: string) => boolean = () => false) {
  const verifier = new DigestVerifier({
    realm: REALM,
    users: [
      {
        name: '1001',
        md5: hashedPassword('MD5', '1001', REALM, 'secret'),
        sha256: hashedPassword('SHA-256', '1001', REALM, 'secret'),
      },
    ],
    algorithms: ['SHA-256', 'MD5'],
    secret: randomBytes(32),
    random: randomBytes,
  });
  const seen: string[] = [];
  const failed = (failure: string) => seen.push(`failed ${failure}`);
  const registrar = new Registrar({ verifier, minimumExpires: 60, maximumExpires: 3600 });
  const edge = createEdge({
    listen: [
      { protocol: 'udp', address: '127.0.0.1', port: 0 },
      { protocol: 'tcp', address: '127.0.0.1', port: 0 },
    ],
    control: { address: '127.0.0.1', port: 0, secret: SECRET },
    log,
  });
  const { control, hostports } = await edge.start();
  opened.push(() => edge.close());
  const application = new SipApplication({
    server: { host: control.address, port: control.port, secret: SECRET },
    localAddressFor: async () => '127.0.0.1',
    sessionTimer: { interval: 1800, minimum: 90 },
    log,
    callers: new CallerAuthentication({ verifier, trusts, failed }),
    registrations: new RegistrationService({ registrar, answered: (result) => seen.push(result), failed }),
  });
  await application.start();
  opened.push(() => application.close());
  const [udp = 0, tcp = 0] = hostports.map((text) => Number(text.split(':').at(-1)));
  return { application, registrar, seen, udp, tcp };
}

let branch = 0;

/** Sends a request from a scripted peer; gives its answer, which must have this status. */
async function ask(
  peer: ScriptedPeer,
  method: string,
  status: number,
  headers: readonly string[] = [],
): Promise<SipResponse> {
  branch += 1;
  const send = (sent: string) =>
    peer.send(
      [
        `${sent} sip:1001@127.0.0.1 SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-auth-${branch};rport`,
        'From: <sip:1001@127.0.0.1>;tag=a',
        'To: <sip:1001@127.0.0.1>',
        `Call-ID: auth-${peer.port}`,
        `CSeq: ${branch} ${sent}`,
        'Max-Forwards: 70',
        ...headers,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  send(method);
  const answer = await peer.nextResponse(status, `${branch} ${method}`);
  if (method === 'INVITE') send('ACK');
  return answer;
}

function answerTo(challenge: string, method: string, password: string): string {
  const [{ nonce, algorithm } = { nonce: '', algorithm: 'MD5' as const }] = readChallenges(challenge);
  const common = { nonce, algorithm, uri: 'sip:elsewhere', protection: { cnonce: 'c', nonceCount: 1 } } as const;
  const hashed = hashedPassword(common.algorithm, '1001', REALM, password);
  const response = digestResponse({ ...common, hashedPassword: hashed, method });
  return `Authorization: ${writeCredentials({ ...common, username: '1001', realm: REALM, response, opaque: undefined })}`;
}

describe('the SIP application', () => {
  it('challenges in two header fields, and takes an answer to either', async () => {
    const { udp, registrar, seen } = await gateway();
    const peer = await ScriptedPeer.open(udp);
    opened.push(() => peer.close());
    const contact = 'Contact: <sip:1001@10.0.0.1:5060>';
    for (const index of [0, 1]) {
      const challenged = await ask(peer, 'REGISTER', 401, [contact]);
      const challenges = fieldValues(challenged, 'WWW-Authenticate');
      assert.deepEqual(
        challenges.map((value) => readChallenges(value).map(({ algorithm }) => algorithm)),
        [['SHA-256'], ['MD5']],
      );
      const accepted = await ask(peer, 'REGISTER', 200, [
        contact,
        answerTo(challenges[index] ?? '', 'REGISTER', 'secret'),
      ]);
      assert.equal(fieldValue(accepted, 'Contact'), '<sip:1001@10.0.0.1:5060>;expires=3600');
      assert.match(fieldValue(accepted, 'Authentication-Info') ?? '', /rspauth=/);
    }
    assert.deepEqual(seen, ['challenged', 'registered', 'challenged', 'registered']);
    const [found] = registrar.lookup('1001', systemClock.now());
    assert.equal(found?.proxy, `sip:127.0.0.1:${peer.port};transport=udp`);
  });

  it('lets a call in by its password alone, and tells strangers nothing of its classes', async () => {
    const { application, udp, seen } = await gateway();
    const targets: string[] = [];
    application.on('call', (call) => {
      targets.push(call.target);
      call.end('unknown-class');
    });
    const peer = await ScriptedPeer.open(udp);
    opened.push(() => peer.close());
    const contact = ['Contact: <sip:1001@127.0.0.1>'];
    const first = await ask(peer, 'INVITE', 401, contact);
    const wrong = await ask(peer, 'INVITE', 401, [
      ...contact,
      answerTo(fieldValue(first, 'WWW-Authenticate') ?? '', 'INVITE', 'x'),
    ]);
    assert.deepEqual([targets, seen], [[], ['failed wrong']]);
    const right = answerTo(fieldValue(wrong, 'WWW-Authenticate') ?? '', 'INVITE', 'secret');
    await ask(peer, 'INVITE', 404, [...contact, right]);
    assert.deepEqual(targets, ['1001']);
    // Captured and sent again: the nonce has served.
    const repeated = await ask(peer, 'INVITE', 401, [...contact, right]);
    assert.match(fieldValue(repeated, 'WWW-Authenticate') ?? '', /stale=true/);
  });

  it('slows one who guesses with 403', async () => {
    const { udp, seen } = await gateway();
    const peer = await ScriptedPeer.open(udp);
    opened.push(() => peer.close());
    let challenge = fieldValue(await ask(peer, 'REGISTER', 401), 'WWW-Authenticate') ?? '';
    for (let guess = 0; guess < 10; guess += 1) {
      const answer = await ask(peer, 'REGISTER', 401, [answerTo(challenge, 'REGISTER', `guess${guess}`)]);
      challenge = fieldValue(answer, 'WWW-Authenticate') ?? '';
    }
    const blocked = await ask(peer, 'REGISTER', 403, [answerTo(challenge, 'REGISTER', 'secret')]);
    assert.equal(fieldValue(blocked, 'Retry-After'), '300');
    assert.equal(seen.filter((what) => what === 'failed wrong').length, 10);
    assert.deepEqual(seen.slice(-2), ['failed blocked', 'blocked']);
  });
});

describe('a gateway below another', () => {
  for (const transport of ['udp', 'tcp'] as const) {
    it(`registers over ${transport}, is called through the registrar without a password, and leaves`, async () => {
      const upper = await gateway();
      const lower: Awaited<ReturnType<typeof gateway>> = await gateway((address) => upstreams.isTrunk(address));
      const upstreams = new Upstreams({
        accounts: [
          {
            registrar: `sip:127.0.0.1:${transport === 'udp' ? upper.udp : upper.tcp};transport=${transport}`,
            user: '1001',
            password: 'secret',
          },
        ],
        send: (request) => lower.application.send({ method: 'REGISTER', ...request }),
        token: () => randomBytes(8).toString('hex'),
        log,
      });
      upstreams.start();
      // Until it has heard so itself: only then are calls from there let in.
      while (upstreams.states()[0]?.state !== 'registered') await new Promise((resolve) => setTimeout(resolve, 10));
      assert.deepEqual(upper.seen, ['challenged', 'registered']);
      const [contact] = upper.registrar.lookup('1001', systemClock.now());
      assert.ok(contact !== undefined);
      const port = transport === 'udp' ? lower.udp : lower.tcp;
      assert.match(contact.uri, new RegExp(`^sip:1001@127\\.0\\.0\\.1:${port}(;transport=tcp)?$`));

      const arrived = once(lower.application, 'call');
      const call = await upper.application.dial({
        uri: contact.uri,
        target: '1001',
        displayName: 'Upper',
        lateOffer: true,
      });
      const prepared = call.prepare().catch((error: unknown) => error);
      const [inbound] = await arrived;
      assert.equal(inbound.target, '1001');
      inbound.end('unknown-class');
      assert.match(String(await prepared), /404/);
      assert.deepEqual(lower.seen, []);

      await upstreams.close();
      assert.deepEqual(upper.seen.slice(-1), ['removed']);
      assert.equal(upper.registrar.active(systemClock.now()), 0);
      assert.deepEqual(
        upstreams.states().map(({ state }) => state),
        ['removed'],
      );
      assert.ok(!upstreams.isTrunk('127.0.0.1'));
    });
  }
});
