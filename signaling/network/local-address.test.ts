import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localAddressTowards } from './local-address.ts';

test('a peer on loopback reaches us on loopback', async () => {
  assert.equal(await localAddressTowards('127.0.0.1'), '127.0.0.1');
});

test('what is no address is refused', async () => {
  await assert.rejects(localAddressTowards('not an address'));
});
