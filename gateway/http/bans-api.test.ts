import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { systemClock } from '#signaling/sip/edge/clock.ts';
import { configurationSchema } from '../configuration/schema.ts';
import { BanLists } from '../registration/ban-lists.ts';
import { h323Guard } from '../registration/h323-guard.ts';
import { sipBans, sipGuard } from '../registration/sip-guard.ts';
import { registerApi } from './api.ts';
import { addGuardMetrics, addH323GuardMetrics } from './guard-metrics.ts';

const TOKEN = 'a-token';
const REFUSED = { method: 'INVITE', status: 404, hadCredentials: false, stale: false };

function guarded(lines: string[] = []) {
  const { sip } = configurationSchema.parse({ sip: { guard: { burst: 2, banTime: 300 } } });
  const guard = sipGuard(sip, pino({ level: 'info' }, { write: (line: string) => lines.push(line) }));
  assert.ok(guard);
  for (let times = 0; times < 4; times++) {
    guard.answered({ protocol: 'tcp', remote: { address: '192.0.2.9', port: 5060 } }, REFUSED, systemClock.now(), 0);
    guard.answered({ protocol: 'udp', remote: { address: '2001:db8::5', port: 5060 } }, REFUSED, systemClock.now(), 0);
  }
  return guard;
}

function guardedH323(lines: string[] = []) {
  const { h323 } = configurationSchema.parse({ h323: { guard: { burst: 2, banTime: 300 } } });
  const guard = h323Guard(h323, pino({ level: 'info' }, { write: (line: string) => lines.push(line) }));
  assert.ok(guard);
  for (let times = 0; times < 4; times++) {
    for (const address of ['192.0.2.9', '192.0.2.10']) guard.unreadable(address);
  }
  return guard;
}

function listed(): BanLists {
  const lists = new BanLists();
  lists.add('sip', sipBans(guarded()));
  lists.add('h323', guardedH323());
  lists.add('webrtc', undefined);
  return lists;
}

test('the ban list is shown to who has the token, and bans are lifted by an address', async () => {
  const server = Fastify();
  registerApi(server, TOKEN, {
    lessons: () => [],
    dial: async () => 'shutdown',
    hangUp: () => false,
    bans: listed(),
  });
  const ask = (method: 'GET' | 'DELETE', url: string, token = TOKEN) =>
    server.inject({ method, url: `/api/v1${url}`, headers: { authorization: `Bearer ${token}` } });
  const sources = async () => {
    type Listed = { source: string; protocol: string; transports: string[]; since: string; until: string };
    const { bans } = (await ask('GET', '/bans')).json<{ bans: Listed[] }>();
    for (const { since, until } of bans) assert.equal(Date.parse(until) - Date.parse(since), 300_000);
    return bans.map(({ source, protocol, transports }) => `${protocol}/${transports.join('+')} ${source}`).sort();
  };
  assert.equal((await ask('GET', '/bans', 'another')).statusCode, 401);
  assert.equal((await ask('DELETE', '/bans/192.0.2.9', 'another')).statusCode, 401);
  assert.deepEqual(await sources(), [
    'h323/tcp+udp 192.0.2.10',
    'h323/tcp+udp 192.0.2.9',
    'sip/tcp+udp 192.0.2.9',
    'sip/udp 2001:db8:0:0::/64',
  ]);
  assert.equal((await ask('DELETE', '/bans/192.0.2.9')).statusCode, 204);
  const again = await ask('DELETE', '/bans/192.0.2.9');
  assert.equal(again.statusCode, 404);
  assert.equal(again.json<{ error: { code: string } }>().error.code, 'unknown-ban');
  assert.equal((await ask('DELETE', `/bans/${encodeURIComponent('2001:db8:0:0::/64')}`)).statusCode, 204);
  assert.equal((await ask('DELETE', '/bans/192.0.2.10')).statusCode, 204);
  assert.deepEqual(await sources(), []);
});

test('bans are in the metrics, and each has a line in the log', async () => {
  const lines: string[] = [];
  const registry = new Registry();
  const guard = guarded(lines);
  guard.drop('banned');
  addGuardMetrics(registry, guard);
  const text = await registry.metrics();
  assert.match(text, /^classbridge_sip_bans 2$/m);
  assert.match(text, /^classbridge_sip_guard_dropped_total\{reason="banned"\} 1$/m);
  assert.match(text, /^classbridge_sip_guard_dropped_total\{reason="scanner"\} 0$/m);
  assert.match(text, /^classbridge_sip_guard_reserved_total\{proof="call-id"\} 0$/m);
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /"event":"sip-banned","source":"192\.0\.2\.9","transports":\["tcp","udp"\]/);
  assert.match(lines[1] ?? '', /"source":"2001:db8:0:0::\/64","transports":\["udp"\]/);
});

test('bans of H.323 are, too', async () => {
  const lines: string[] = [];
  const registry = new Registry();
  const guard = guardedH323(lines);
  assert.equal(guard.takesConnection('192.0.2.9'), false);
  assert.equal(guard.takesDatagram('192.0.2.10'), false);
  assert.equal(guard.takesDatagram('192.0.2.11'), true);
  addH323GuardMetrics(registry, guard);
  const text = await registry.metrics();
  assert.match(text, /^classbridge_h323_bans 2$/m);
  assert.match(text, /^classbridge_h323_guard_dropped_total\{kind="connection"\} 1$/m);
  assert.match(text, /^classbridge_h323_guard_dropped_total\{kind="datagram"\} 1$/m);
  assert.match(text, /^classbridge_h323_guard_dropped_total\{kind="call"\} 0$/m);
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /"event":"h323-banned","source":"192\.0\.2\.9","transports":\["tcp","udp"\]/);
});

test('without a guard nobody is banned', async () => {
  const { sip } = configurationSchema.parse({ sip: { guard: { enabled: false } } });
  assert.equal(sipGuard(sip, pino({ level: 'silent' })), undefined);
  const { h323 } = configurationSchema.parse({ h323: { guard: { enabled: false } } });
  assert.equal(h323Guard(h323, pino({ level: 'silent' })), undefined);
  const server = Fastify();
  registerApi(server, TOKEN, { lessons: () => [], dial: async () => 'shutdown', hangUp: () => false });
  const headers = { authorization: `Bearer ${TOKEN}` };
  assert.deepEqual((await server.inject({ url: '/api/v1/bans', headers })).json(), { bans: [] });
});
