import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceKey } from './source-key.ts';

test('an IPv6 /64 is one source, however its addresses are written', () => {
  assert.equal(sourceKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(sourceKey('2001:db8:1:2::9'), '2001:db8:1:2::/64');
  assert.equal(sourceKey('2001:0DB8:0001:0002::9'), '2001:db8:1:2::/64');
  assert.notEqual(sourceKey('2001:db8:1:3::9'), '2001:db8:1:2::/64');
  assert.equal(sourceKey('2001:db8::'), '2001:db8:0:0::/64');
  assert.equal(sourceKey('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(sourceKey('::1'), '0:0:0:0::/64');
});

test('an IPv4 address is itself, mapped or not', () => {
  assert.equal(sourceKey('192.0.2.7'), '192.0.2.7');
  assert.equal(sourceKey('::ffff:192.0.2.7'), '192.0.2.7');
});

test('what is no address stays as it is', () => {
  for (const text of ['', 'room.example', 'a:b', '192.0.2.7::1']) assert.equal(sourceKey(text), text);
});
