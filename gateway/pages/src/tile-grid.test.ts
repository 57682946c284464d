import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tileColumns } from './tile-grid.ts';

test('pictures become as large as the area lets them', () => {
  assert.equal(tileColumns(0, 1600, 900), 1);
  assert.equal(tileColumns(1, 1600, 900), 1);
  assert.equal(tileColumns(2, 1600, 900), 2);
  assert.equal(tileColumns(4, 1600, 900), 2);
  assert.equal(tileColumns(9, 1600, 900), 3);
  assert.equal(tileColumns(3, 360, 640), 1, 'a phone stacks them');
  assert.equal(tileColumns(8, 360, 640), 2);
  assert.equal(tileColumns(4, 0, 0), 1, 'before the layout is known');
});
