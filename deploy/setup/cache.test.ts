import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cacheKey, cacheRoot, makeFolder } from './cache.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'classbridge-cache-'));
after(() => rmSync(scratch, { recursive: true }));

test('the cache lies where CLASSBRIDGE_CACHE says, else in the XDG cache folder, else below home', () => {
  assert.equal(cacheRoot({ CLASSBRIDGE_CACHE: '/c', XDG_CACHE_HOME: '/x' }, '/home/a'), '/c');
  assert.equal(cacheRoot({ XDG_CACHE_HOME: '/x' }, '/home/a'), '/x/classbridge');
  assert.equal(cacheRoot({ XDG_CACHE_HOME: 'relative' }, '/home/a'), '/home/a/.cache/classbridge');
  assert.equal(cacheRoot({}, '/home/a'), '/home/a/.cache/classbridge');
});

test('a cache key changes with every part and with where a part ends', () => {
  assert.match(cacheKey(['a']), /^[0-9a-f]{16}$/);
  assert.equal(cacheKey(['a', 'b']), cacheKey(['a', Buffer.from('b')]));
  assert.notEqual(cacheKey(['a', 'b']), cacheKey(['ab']));
  assert.notEqual(cacheKey(['a', 'b']), cacheKey(['b', 'a']));
});

test('a folder that could not be filled is not there, and no draft of it stays', async () => {
  const target = join(scratch, 'failed');
  await assert.rejects(
    makeFolder(target, async (draft) => {
      writeFileSync(join(draft, 'half'), '');
      throw new Error('no disk');
    }),
    /no disk/,
  );
  assert.deepEqual(
    readdirSync(scratch).filter((name) => name.startsWith('failed')),
    [],
  );
});

test('a folder appears whole; the draft of a killed run is swept away and an older one is replaced', async () => {
  const target = join(scratch, 'whole');
  mkdirSync(join(scratch, 'whole.draft-abc123'));
  mkdirSync(target);
  writeFileSync(join(target, 'old'), '');
  await makeFolder(target, async (draft) => {
    assert.equal(existsSync(join(target, 'new')), false);
    writeFileSync(join(draft, 'new'), 'content');
  });
  assert.deepEqual(readdirSync(target), ['new']);
  assert.equal(readFileSync(join(target, 'new'), 'utf8'), 'content');
  assert.equal(existsSync(join(scratch, 'whole.draft-abc123')), false);
});
