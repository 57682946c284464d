import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogTail } from './log-tail.ts';

test('the latest lines about a word are kept, in bounded room', () => {
  const tail = new LogTail();
  assert.equal(tail.keep('{"call":"a"}\n'), '{"call":"a"}\n');
  assert.equal(tail.about(['a', 'b']), '{"call":"a"}\n');
  for (let index = 0; index < 50_000; index++) {
    tail.keep(`{"call":"call-${index % 2}","n":${index},"x":"${'x'.repeat(50)}"}\n`);
  }
  const about = tail.about(['call-1']);
  assert.ok(about.length < 1_000_000);
  assert.match(about, /"n":49999,.*\n$/);
  assert.doesNotMatch(about, /call-0/);
});
