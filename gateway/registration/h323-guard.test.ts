import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { h323Schema } from '../configuration/h323-schema.ts';
import { h323Guard } from './h323-guard.ts';

const LOG = pino({ level: 'silent' });

test('neighbours and the gatekeeper above are never banned, on whatever link they are', () => {
  const keys = h323Schema.parse({
    guard: { burst: 1, rate: 0.01, never: ['192.0.2.0/24'] },
    gatekeeper: { neighbours: ['198.51.100.7', 'fe80::7%eth0'] },
    upstream: { gatekeepers: ['203.0.113.7'], aliases: ['1001'] },
  });
  const guard = h323Guard(keys, LOG);
  assert.ok(guard);
  const addresses = ['192.0.2.9', '198.51.100.7', 'fe80::7%eth0', '203.0.113.7', '198.51.100.8'];
  for (const address of addresses) {
    guard.unreadable(address);
    guard.unreadable(address);
  }
  assert.deepEqual(
    addresses.filter((address) => !guard.takesConnection(address)),
    ['198.51.100.8'],
  );
});

test('there is no guard where none is wanted', () => {
  assert.equal(h323Guard(h323Schema.parse({ guard: { enabled: false } }), LOG), undefined);
});
