import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '#signaling/sip/edge/clock.ts';
import { exampleRequest } from '#signaling/sip/edge/guard/example-request.ts';
import type { Binding } from '#signaling/sip/registrar/location-table.ts';
import { configurationSchema } from '../configuration/schema.ts';
import { sipGuard } from './sip-guard.ts';

const REFUSED = { method: 'INVITE', status: 404, hadCredentials: false, stale: false };
const LOG = pino({ level: 'silent' });
const { sip } = configurationSchema.parse({ sip: { guard: { burst: 2, rate: 0.01 } } });

function binding(changes: Partial<Binding>): Binding {
  return {
    uri: 'sip:a@192.0.2.9',
    key: 'a',
    q: 1,
    expires: 60,
    instance: undefined,
    flow: undefined,
    expiresAt: systemClock.now() + 60_000,
    callId: 'registration',
    sequence: 1,
    arrival: { protocol: 'udp', address: '192.0.2.9', port: 5060 },
    ...changes,
  };
}

test('rooms that a gateway before registered are known from the start', () => {
  const later = { address: '192.0.2.10', port: 5060 };
  const bindings = new Map([
    ['教室', [binding({})]],
    ['gone', [binding({ expiresAt: systemClock.now() - 1, arrival: { protocol: 'udp', ...later } })]],
    ['odd', [binding({ arrival: { protocol: 'ws', ...later } })]],
  ]);
  const guard = sipGuard(sip, LOG, { bindings });
  assert.ok(guard);
  const now = systemClock.now();
  for (const address of ['192.0.2.9', later.address]) {
    for (let times = 0; times < 100; times++) {
      guard.answered({ protocol: 'udp', remote: { address, port: 40_000 } }, REFUSED, now, 0);
    }
  }
  assert.deepEqual(
    guard.bans(now).map(({ source }) => source),
    [later.address],
  );
  const room = { protocol: 'udp', remote: { address: '192.0.2.9', port: 5060 } } as const;
  assert.equal(guard.passage(room, now), 'inside');
  const call = exampleRequest('INVITE', { callId: 'new', user: '%E6%95%99%E5%AE%A4' });
  assert.equal(guard.reserves(call, room, now), true);
  assert.equal(guard.reserves(exampleRequest('REGISTER', { callId: 'registration' }), room, now), true);
  assert.equal(guard.reserves(exampleRequest('INVITE', { user: 'other' }), room, now), false);
});

test('nonces are asked for by the address that a request comes from', () => {
  const asked: string[][] = [];
  const issued = (...question: string[]) => asked.push(question) > 1;
  const guard = sipGuard(sip, LOG, { issued });
  assert.ok(guard);
  const room = { protocol: 'udp', remote: { address: '192.0.2.9', port: 5060 } } as const;
  const request = exampleRequest('REGISTER', { nonce: 'abc' });
  assert.deepEqual(
    [1, 2].map(() => guard.reserves(request, room, 0)),
    [false, true],
  );
  assert.deepEqual(asked[0], ['abc', '192.0.2.9']);
});
