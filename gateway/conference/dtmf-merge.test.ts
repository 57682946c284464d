import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DtmfMerge, type DtmfMethod } from './dtmf-merge.ts';

function merged(presses: readonly [digit: string, method: DtmfMethod, at: number][]): string {
  const merge = new DtmfMerge();
  return presses
    .filter(([digit, method, at]) => merge.accepts(digit, method, at))
    .map(([digit]) => digit)
    .join('');
}

test('one press in three ways is one digit', () => {
  assert.equal(
    merged([
      ['5', 'in-band', 0],
      ['5', 'rfc4733', 60],
      ['5', 'info', 200],
    ]),
    '5',
  );
});

test('the same key twice by one method is two digits', () => {
  assert.equal(
    merged([
      ['5', 'rfc4733', 0],
      ['5', 'rfc4733', 150],
    ]),
    '55',
  );
});

test('a room that signals is not listened to in-band any more', () => {
  assert.equal(
    merged([
      ['1', 'info', 0],
      ['1', 'in-band', 5000],
      ['2', 'info', 6000],
    ]),
    '12',
  );
});
