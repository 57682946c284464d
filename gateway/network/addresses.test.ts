import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import { test } from 'node:test';
import { localAddresses, localAddressTowards } from './addresses.ts';

test('loopback comes last and everything is an IPv4 literal', () => {
  const addresses = localAddresses();
  assert.ok(addresses.every((address) => isIPv4(address)));
  assert.equal(addresses.at(-1)?.startsWith('127.'), true);
});

test('a peer on loopback reaches us on loopback', async () => {
  assert.equal(await localAddressTowards('127.0.0.1'), '127.0.0.1');
});
