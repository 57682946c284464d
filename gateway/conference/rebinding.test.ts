import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rebinding } from './rebinding.ts';

test('legs without ports are tried again, once at a time and not for ever; another engine may try anew', () => {
  let commits = 0;
  const due: (() => void)[] = [];
  const rebinding = new Rebinding(
    () => {
      commits += 1;
    },
    (work, delay) => {
      assert.equal(delay, 1000);
      due.push(work);
    },
  );
  rebinding.unbound();
  rebinding.unbound();
  assert.equal(due.length, 1);
  due.shift()?.();
  assert.equal(commits, 1);
  for (let time = 0; time < 100; time++) {
    rebinding.unbound();
    due.shift()?.();
  }
  assert.equal(commits, 30);
  rebinding.restarted();
  rebinding.unbound();
  assert.equal(due.length, 1);
});
