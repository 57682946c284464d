import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Skew } from './skew.ts';

test('late sound is positive, early sound negative, whichever is told first', () => {
  const skew = new Skew();
  skew.flash(1000);
  skew.beep(1030);
  skew.beep(1980);
  skew.flash(2000);
  assert.deepEqual(skew.values, [30, -20]);
});

test('a moment without its counterpart is passed over', () => {
  const skew = new Skew();
  skew.flash(1000);
  skew.flash(2000);
  skew.beep(2010);
  skew.beep(3010);
  skew.flash(4000);
  skew.beep(4005);
  assert.deepEqual(skew.values, [10, 5]);
});
