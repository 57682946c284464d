import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortcut } from './shortcut.ts';

const press = { key: 'm', ctrlKey: false, altKey: false, metaKey: false, repeat: false, typing: false };

test('m and v, in either case', () => {
  assert.equal(shortcut(press), 'microphone');
  assert.equal(shortcut({ ...press, key: 'M' }), 'microphone');
  assert.equal(shortcut({ ...press, key: 'v' }), 'camera');
  assert.equal(shortcut({ ...press, key: 'x' }), undefined);
});

test('not while typing, held down, or with a modifier', () => {
  assert.equal(shortcut({ ...press, typing: true }), undefined);
  assert.equal(shortcut({ ...press, repeat: true }), undefined);
  for (const modifier of ['ctrlKey', 'altKey', 'metaKey']) {
    assert.equal(shortcut({ ...press, [modifier]: true }), undefined);
  }
});
