import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PortPool } from './port-pool.ts';

test('pairs are even, all different, and come back last', () => {
  const pool = new PortPool(20_001, 20_008);
  assert.deepEqual([pool.take(), pool.take(), pool.take()], [20_002, 20_004, 20_006]);
  assert.equal(pool.take(), undefined);
  pool.release(20_004);
  pool.release(20_002);
  assert.equal(pool.available, 2);
  assert.equal(pool.take(), 20_004);
});
