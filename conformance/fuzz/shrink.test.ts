import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shrink } from './shrink.ts';

test('an input shrinks to what matters', () => {
  const input = Buffer.from(`${'x'.repeat(500)}A${'y'.repeat(300)}B${'z'.repeat(200)}`);
  const smallest = shrink(input, (smaller) => /A.*B/.test(smaller.toString()), 1000);
  assert.equal(smallest.toString(), 'AB');
});

test('shrinking ends, with what it has, when its tries do', () => {
  let asked = 0;
  const still = (smaller: Buffer) => {
    asked += 1;
    return smaller.includes('A');
  };
  const smallest = shrink(Buffer.from(`A${'x'.repeat(100)}`), still, 3);
  assert.equal(asked, 3);
  assert.ok(smallest.includes('A') && smallest.length < 101);
  assert.equal(shrink(Buffer.alloc(0), () => assert.fail(), 10).length, 0);
});
