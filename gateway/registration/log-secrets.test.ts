import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { SipApplication } from '#signaling/sip/application/sip-application.ts';
import { readChallenges } from '#signaling/sip/digest/challenge.ts';
import { writeCredentials } from '#signaling/sip/digest/credentials.ts';
import { digestResponse, hashedPassword } from '#signaling/sip/digest/response.ts';
import { createEdge } from '#signaling/sip/edge/edge.ts';
import { fieldValue } from '#signaling/sip/edge/message/message.ts';
import { ScriptedPeer } from '#signaling/sip/edge/scripted-peer.ts';
import { configurationSchema } from '../configuration/schema.ts';
import { SipAccess } from './sip-access.ts';
import { sipGuard } from './sip-guard.ts';

const REALM = 'classbridge';
const PASSWORD = 'open sesame 1789';
const SECRET = 'of-the-control-port';
const opened: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** The service's SIP side with its log at the level `debug`. */
async function sipSide(lines: string[]) {
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
  const { sip } = configurationSchema.parse({
    sip: {
      realm: REALM,
      requireAuthentication: true,
      users: [{ name: 'room-1', md5: hashedPassword('MD5', 'room-1', REALM, PASSWORD) }],
    },
  });
  const edge = createEdge({
    listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
    control: { address: '127.0.0.1', port: 0, secret: SECRET },
    log,
    guard: sipGuard(sip, log),
  });
  const { control, hostports } = await edge.start();
  opened.push(() => edge.close());
  const access = new SipAccess({ sip, metrics: new Registry(), log, send: (request) => application.send(request) });
  const application: SipApplication = new SipApplication({
    server: { host: control.address, port: control.port, secret: SECRET },
    callers: access.callers,
    registrations: access.registrations,
    localAddressFor: async () => '127.0.0.1',
    sessionTimer: { interval: 1800, minimum: 90 },
    log,
  });
  application.on('call', (call) => {
    log.info({ call: call.id }, 'a call came');
    call.end('unknown-class');
  });
  await application.start();
  opened.push(() => application.close());
  return Number(hostports[0]?.split(':').at(-1));
}

test('no password, nonce, response or secret is in the log, at the level debug either', async () => {
  const lines: string[] = [];
  const peer = await ScriptedPeer.open(await sipSide(lines));
  opened.push(() => peer.close());
  const secrets = [PASSWORD, SECRET, 'the-cnonce'];
  let cseq = 0;
  /** Sends a request with credentials for a password, or a damaged one; resolves when it has been refused or answered. */
  const authorized = async (method: string, password: string, status: number, extra: string[] = []) => {
    cseq += 1;
    const callId = `call-${cseq}`;
    const to = '<sip:room-1@127.0.0.1>';
    peer.request(method, { branch: `a${cseq}`, cseq: 1, callId, to });
    const challenge = fieldValue(await peer.nextResponse(401, method), 'WWW-Authenticate') ?? '';
    const [{ nonce } = { nonce: '' }] = readChallenges(challenge);
    assert.notEqual(nonce, '');
    const protection = { cnonce: 'the-cnonce', nonceCount: 1 };
    const common = { nonce, algorithm: 'MD5', uri: 'sip:1001@127.0.0.1', protection } as const;
    const response = digestResponse({
      ...common,
      hashedPassword: hashedPassword('MD5', 'room-1', REALM, password),
      method,
    });
    secrets.push(nonce, response);
    const credentials = writeCredentials({ ...common, username: 'room-1', realm: REALM, response, opaque: undefined });
    peer.request(method, {
      branch: `b${cseq}`,
      cseq: 2,
      to,
      callId,
      headers: [`Authorization: ${credentials}`, ...extra],
    });
    await peer.nextResponse(status, method);
  };
  await authorized('REGISTER', PASSWORD, 200);
  await authorized('REGISTER', 'wrong', 401);
  await authorized('INVITE', PASSWORD, 404);
  await authorized('INVITE', 'wrong', 401);
  // A second CSeq makes the message malformed, which is told at this level.
  await authorized('INVITE', PASSWORD, 400, ['CSeq: 9 INVITE']);
  await authorized('INVITE', PASSWORD, 420, ['Require: nothing-known']);
  assert.ok(lines.some((line) => line.includes('a call came')));
  assert.ok(
    lines.some((line) => line.includes('"level":20')),
    'lines of the level debug are there',
  );
  for (const secret of secrets) assert.ok(!lines.join('\n').includes(secret), secret);
});
