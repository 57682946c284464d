import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitInside, gridCells } from './grid.ts';

test('one source fills the canvas, two stand side by side, four make a square', () => {
  assert.deepEqual(gridCells(1, 1280, 720), [{ x: 0, y: 0, width: 1280, height: 720 }]);
  assert.deepEqual(gridCells(2, 1280, 720), [
    { x: 0, y: 0, width: 640, height: 720 },
    { x: 640, y: 0, width: 640, height: 720 },
  ]);
  assert.deepEqual(gridCells(4, 1920, 1080).at(3), { x: 960, y: 540, width: 960, height: 540 });
  assert.deepEqual(gridCells(0, 1280, 720), []);
});

test('the last row of three is centred', () => {
  assert.equal(gridCells(3, 1280, 720).at(2)?.x, 320);
});

test('cells never leave the canvas, never overlap, and keep the steps', () => {
  const canvas = fc.constantFrom([1280, 720], [1920, 1080], [640, 360], [320, 180]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), canvas, (count, [width = 0, height = 0]) => {
      const cells = gridCells(count, width, height);
      assert.equal(cells.length, count);
      cells.forEach((cell, index) => {
        assert.equal(cell.x % 16, 0);
        assert.equal(cell.width % 16, 0);
        assert.ok(cell.width > 0 && cell.height > 0);
        assert.ok(cell.x >= 0 && cell.x + cell.width <= width && cell.y + cell.height <= height);
        for (const other of cells.slice(index + 1)) {
          const apart =
            cell.x + cell.width <= other.x ||
            other.x + other.width <= cell.x ||
            cell.y + cell.height <= other.y ||
            other.y + other.height <= cell.y;
          assert.ok(apart);
        }
      });
    }),
  );
});

test('a source keeps its shape inside its cell', () => {
  const cell = { x: 640, y: 0, width: 640, height: 720 };
  assert.deepEqual(fitInside(cell, 1280, 720), { x: 640, y: 180, width: 640, height: 360 });
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 2000 }), fc.integer({ min: 16, max: 2000 }), (width, height) => {
      const region = fitInside(cell, width, height);
      assert.ok(region.x >= cell.x && region.x + region.width <= cell.x + cell.width);
      assert.ok(region.y >= cell.y && region.y + region.height <= cell.y + cell.height);
      assert.equal(region.x % 16, 0);
      assert.equal(region.width % 16, 0);
    }),
  );
});
