import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Preferences } from './preferences.ts';

test('what is set is there at the next visit', () => {
  const disk = new Map<string, string>();
  const storage = {
    getItem: (key: string) => disk.get(key) ?? null,
    setItem: (key: string, value: string) => void disk.set(key, value),
  };
  new Preferences(() => storage).set('name', '王');
  assert.equal(new Preferences(() => storage).get('name'), '王');
  assert.equal(new Preferences(() => storage).get('camera'), undefined);
  disk.set('classbridge.name', 'x'.repeat(10_000));
  assert.equal(new Preferences(() => storage).get('name'), undefined, 'too long to be ours');
});

test('where storage is forbidden the visit remembers', () => {
  const preferences = new Preferences(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  assert.equal(preferences.get('language'), undefined);
  preferences.set('language', 'zh');
  assert.equal(preferences.get('language'), 'zh');
});
