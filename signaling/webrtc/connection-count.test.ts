import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressGroup, ConnectionCount } from './connection-count.ts';

test('bounds hold in all and for each address, and places come free again', () => {
  const count = new ConnectionCount(3, 2);
  assert.equal(count.enter('192.0.2.1'), 'entered');
  assert.equal(count.enter('::ffff:192.0.2.1'), 'entered');
  assert.equal(count.enter('192.0.2.1'), 'full-for-address');
  assert.equal(count.enter('192.0.2.2'), 'entered');
  assert.equal(count.enter('192.0.2.3'), 'full');
  count.leave('192.0.2.1');
  assert.equal(count.total, 2);
  assert.equal(count.enter('192.0.2.1'), 'entered');
});

test('who never entered frees nothing', () => {
  const count = new ConnectionCount(3, 2);
  count.leave('192.0.2.1');
  assert.equal(count.total, 0);
});

test('an IPv6 /64 is one subscriber', () => {
  assert.equal(addressGroup('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  assert.equal(addressGroup('2001:db8:1:2::9'), '2001:db8:1:2');
  assert.equal(addressGroup('2001:0db8:0001:0002::9'), '2001:db8:1:2');
  assert.notEqual(addressGroup('2001:db8:1:3::9'), '2001:db8:1:2');
  assert.equal(addressGroup('2001:db8::'), '2001:db8:0:0');
  assert.equal(addressGroup('fe80::1%eth0'), 'fe80:0:0:0');
  assert.equal(addressGroup('::1'), '0:0:0:0');
  assert.equal(addressGroup('::ffff:192.0.2.7'), '192.0.2.7');
});
