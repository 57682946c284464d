import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionCount } from './connection-count.ts';

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
  const count = new ConnectionCount(3, 1);
  assert.equal(count.enter('2001:db8::1'), 'entered');
  assert.equal(count.enter('2001:db8::2'), 'full-for-address');
  assert.equal(count.enter('2001:db8:0:1::1'), 'entered');
  count.leave('2001:db8::3');
  assert.equal(count.enter('2001:db8::2'), 'entered');
});
