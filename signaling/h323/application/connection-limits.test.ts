import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayConnect } from './connection-limits.ts';

test('one source has 64 connections, whichever addresses of an IPv6 network it uses', () => {
  const network = Array.from({ length: 64 }, (_, index) => `2001:db8:1:2::${index.toString(16)}`);
  assert.equal(mayConnect('2001:db8:1:2::ffff', network, false), false);
  assert.equal(mayConnect('2001:db8:1:2::ffff', network.slice(1), false), true);
  assert.equal(mayConnect('2001:db8:1:3::ffff', network, false), true);
  const one = Array.from({ length: 64 }, () => '::ffff:192.0.2.1');
  assert.equal(mayConnect('192.0.2.1', one, false), false);
  assert.equal(mayConnect('192.0.2.2', one, false), true);
  assert.equal(mayConnect('192.0.2.1', one, true), true);
});

test('all have 2000 together', () => {
  const others = Array.from({ length: 2000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  assert.equal(mayConnect('192.0.2.1', others, false), false);
  assert.equal(mayConnect('192.0.2.1', others, true), false);
  assert.equal(mayConnect('192.0.2.1', others.slice(1), false), true);
});
