import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { OutsideRequest } from '#signaling/sip/application/send-request.ts';
import { hashUser, sipUser } from '../configuration/hash-user.ts';
import { readConfiguration } from '../configuration/read.ts';
import { SipAccess } from './sip-access.ts';

const USERS = JSON.stringify([sipUser(hashUser('room1', 'classbridge', 'secret'))]);

function access(environment: Record<string, string>) {
  const metrics = new Registry();
  const sent: OutsideRequest[] = [];
  const lines: string[] = [];
  const made = new SipAccess({
    sip: readConfiguration('', environment).sip,
    metrics,
    log: pino({ level: 'debug' }, { write: (line) => lines.push(line) }),
    send: async (request) => {
      sent.push(request);
      return { status: 200, header: () => undefined, sentContact: undefined, address: '192.0.2.7' };
    },
  });
  return { made, metrics, sent, lines };
}

test('by default nobody registers and anybody may call', async () => {
  const { made, metrics } = access({});
  assert.equal(made.registrations, undefined);
  assert.equal(made.callers, undefined);
  assert.deepEqual(made.lookup('room1'), []);
  const text = await metrics.metrics();
  assert.match(text, /^classbridge_sip_registrations 0$/m);
  assert.match(text, /^classbridge_sip_authentication_failures_total\{reason="wrong"\} 0$/m);
  await made.close();
});

test('users may register, and must prove themselves to call only where that is asked for', () => {
  const open = access({ CLASSBRIDGE_SIP_USERS: USERS }).made;
  assert.ok(open.registrations !== undefined && open.callers === undefined);
  const closed = access({ CLASSBRIDGE_SIP_USERS: USERS, CLASSBRIDGE_SIP_REQUIRE_AUTHENTICATION: 'true' }).made;
  assert.ok(closed.registrations !== undefined && closed.callers !== undefined);
});

test('it registers at the registrars above us, says how that stands, and leaves', async () => {
  const upstream = [
    { registrar: 'sip:pbx.example;transport=tcp', user: 'gw', password: 'top-secret', aliases: ['1001'] },
  ];
  const { made, metrics, sent, lines } = access({ CLASSBRIDGE_SIP_UPSTREAM: JSON.stringify(upstream) });
  assert.match(await metrics.metrics(), /^classbridge_sip_upstream_registered\{.*\} 0$/m);
  made.open();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(made.upstreams, [
    { registrar: 'sip:pbx.example;transport=tcp', alias: '1001', state: 'registered' },
  ]);
  assert.match(
    await metrics.metrics(),
    /^classbridge_sip_upstream_registered\{registrar="sip:pbx.example;transport=tcp",alias="1001"\} 1$/m,
  );
  await made.close();
  assert.deepEqual(
    sent.map(({ method, headers }) => [method, headers.Expires]),
    [
      ['REGISTER', '3600'],
      ['REGISTER', '0'],
    ],
  );
  assert.ok(lines.some((line) => line.includes('upstream-registered')));
  assert.ok(!lines.join('').includes('top-secret'));
});
