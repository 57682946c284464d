import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from './token-bucket.ts';

const count = (bucket: TokenBucket, tries: number, now: number) =>
  Array.from({ length: tries }, () => bucket.take(now)).filter(Boolean).length;

test('a burst passes, then the rate holds', () => {
  const bucket = new TokenBucket(50, 200, 0);
  assert.equal(count(bucket, 300, 0), 200);
  assert.equal(count(bucket, 300, 1000), 50);
  assert.equal(count(bucket, 300, 1010), 0);
  assert.equal(count(bucket, 300, 1020), 1);
});

test('idle time fills no more than the burst', () => {
  const bucket = new TokenBucket(50, 200, 0);
  count(bucket, 200, 0);
  assert.equal(count(bucket, 1000, 3_600_000), 200);
});

test('a clock that steps back neither fills nor breaks', () => {
  const bucket = new TokenBucket(10, 1, 1000);
  assert.equal(bucket.take(1000), true);
  assert.equal(bucket.take(0), false);
  assert.equal(bucket.take(100), true);
});
