import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_NAME, parseRoute } from './route.ts';

const lesson = { page: 'lesson', name: undefined, joinAtOnce: false, reception: 'mix', debug: false };

test('a class code leads to its lesson', () => {
  assert.deepEqual(parseRoute('/c/7B', ''), { ...lesson, code: '7B' });
  assert.deepEqual(parseRoute('/c/7B/', ''), { ...lesson, code: '7B' });
});

test('the query fills in name, join, reception and debug', () => {
  assert.deepEqual(parseRoute('/c/a-1', '?name=%20%E7%8E%8B%20&join=1&reception=sources&debug=1'), {
    page: 'lesson',
    code: 'a-1',
    name: '王',
    joinAtOnce: true,
    reception: 'sources',
    debug: true,
  });
});

test('nonsense in the query is left out', () => {
  assert.deepEqual(parseRoute('/c/7B', '?name=%20&join=yes&reception=all'), { ...lesson, code: '7B' });
  const long = parseRoute('/c/7B', `?name=${'x'.repeat(500)}`);
  assert.equal(long.page === 'lesson' && long.name?.length, MAX_NAME);
});

test('all else is the home page, and a code that cannot be one is told', () => {
  assert.deepEqual(parseRoute('/', ''), { page: 'home', badCode: false });
  assert.deepEqual(parseRoute('/other', ''), { page: 'home', badCode: false });
  for (const path of ['/c', '/c/a%20b', '/c/7B/x', `/c/${'a'.repeat(33)}`]) {
    assert.deepEqual(parseRoute(path, ''), { page: 'home', badCode: true }, path);
  }
});
