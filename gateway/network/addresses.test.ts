import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import { test } from 'node:test';
import { localAddresses, urlHost } from './addresses.ts';

test('loopback comes last and everything is an IPv4 literal', () => {
  const addresses = localAddresses();
  assert.ok(addresses.every((address) => isIPv4(address)));
  assert.equal(addresses.at(-1)?.startsWith('127.'), true);
});

test('an IPv6 literal stands in brackets in a URL', () => {
  assert.equal(new URL(`https://${urlHost('::1')}:8443`).hostname, '[::1]');
  assert.equal(urlHost('192.0.2.1'), '192.0.2.1');
});
