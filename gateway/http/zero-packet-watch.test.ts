import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZeroPacketWatch } from './zero-packet-watch.ts';

test('a stream without packets is found once, after its time', () => {
  const watch = new ZeroPacketWatch();
  const found = [0, 9_000, 10_000, 11_000, 60_000].map((now) => watch.report('a', true, 0, now));
  assert.deepEqual(found, [false, false, true, false, false]);
});

test('one that brought packets, or need not, is none; the time counts from when it must', () => {
  const watch = new ZeroPacketWatch();
  assert.equal(watch.report('a', true, 0, 0), false);
  assert.equal(watch.report('a', true, 3, 20_000), false);
  assert.equal(watch.report('b', false, 0, 0), false);
  assert.equal(watch.report('b', false, 0, 20_000), false);
  assert.equal(watch.report('b', true, 0, 21_000), false);
  assert.equal(watch.report('b', true, 0, 31_000), true);
});

test('streams that are gone are forgotten', () => {
  const watch = new ZeroPacketWatch();
  watch.report('a', true, 0, 0);
  assert.equal(watch.report('a', true, 0, 10_000), true);
  watch.keep(new Set());
  assert.equal(watch.report('a', true, 0, 10_001), false);
  assert.equal(watch.report('a', true, 0, 20_001), true);
});
