import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Quarantine } from './quarantine.ts';

const MINUTE = 60_000;

test('who is in a decoder at two crashes is quarantined until its leg ends', () => {
  const quarantine = new Quarantine();
  assert.deepEqual(quarantine.died({ kind: 'crash', decoding: ['killer', 'a'] }, 0), []);
  assert.deepEqual(quarantine.suspects(0), ['killer', 'a']);
  assert.deepEqual(quarantine.died({ kind: 'crash', decoding: ['killer'] }, 1000), ['killer']);
  assert.deepEqual(quarantine.quarantined, ['killer']);
  assert.deepEqual(quarantine.suspects(1000), [], 'who was only near by is free again');
  quarantine.keep(new Set(['a']));
  assert.deepEqual(quarantine.quarantined, []);
});

test('a hang counts as a crash does; what others do to an engine does not', () => {
  const quarantine = new Quarantine();
  quarantine.died({ kind: 'other', decoding: ['a'] }, 0);
  quarantine.died({ kind: 'hang', decoding: ['a'] }, 0);
  quarantine.died({ kind: 'other', decoding: ['a'] }, 1);
  assert.deepEqual(quarantine.quarantined, []);
  assert.deepEqual(quarantine.died({ kind: 'crash', decoding: ['a'] }, 2), ['a']);
});

test('a suspicion ends by itself', () => {
  const quarantine = new Quarantine();
  quarantine.died({ kind: 'crash', decoding: ['a'] }, 0);
  assert.deepEqual(quarantine.died({ kind: 'crash', decoding: ['a'] }, 10 * MINUTE), [], 'a second chance by then');
  assert.deepEqual(quarantine.died({ kind: 'crash', decoding: ['a'] }, 19 * MINUTE), ['a']);
});

test('two that are always there together are both quarantined: one of them is the killer', () => {
  const quarantine = new Quarantine();
  quarantine.died({ kind: 'crash', decoding: ['a', 'b', 'c'] }, 0);
  assert.deepEqual(quarantine.died({ kind: 'crash', decoding: ['a', 'b'] }, 1), ['a', 'b']);
});

test('who was decoded beside one that is caught becomes a suspect, for it may be another killer', () => {
  const quarantine = new Quarantine();
  quarantine.died({ kind: 'crash', decoding: ['a'] }, 0);
  quarantine.died({ kind: 'crash', decoding: ['a', 'b'] }, 1);
  assert.deepEqual(quarantine.suspects(1), ['b']);
  assert.deepEqual(quarantine.died({ kind: 'crash', decoding: ['b'] }, 2), ['b']);
});

test('a crash outside of decoders blames nobody', () => {
  const quarantine = new Quarantine();
  for (let now = 0; now < 5; now++) {
    assert.deepEqual(quarantine.died({ kind: 'crash', decoding: [] }, now), []);
  }
  assert.deepEqual(quarantine.suspects(5), []);
});
