import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameOrigin } from './same-origin.ts';

test('a page of the same host and port is let in, with the default port written or not', () => {
  assert.ok(isSameOrigin('https://class.example', 'class.example'));
  assert.ok(isSameOrigin('https://class.example', 'class.example:443'));
  assert.ok(isSameOrigin('https://Class.example:8443', 'class.EXAMPLE:8443'));
  assert.ok(isSameOrigin('https://[2001:db8::1]:8443', '[2001:db8::1]:8443'));
  assert.ok(isSameOrigin(undefined, 'class.example'), 'no browser, no origin');
});

test('any other page is not', () => {
  assert.ok(!isSameOrigin('https://evil.example', 'class.example'));
  assert.ok(!isSameOrigin('https://class.example:8443', 'class.example'));
  assert.ok(!isSameOrigin('https://class.example.evil.example', 'class.example'));
  assert.ok(!isSameOrigin('null', 'class.example'));
  assert.ok(!isSameOrigin('', 'class.example'));
  assert.ok(!isSameOrigin('file://class.example', 'class.example'));
  assert.ok(!isSameOrigin('https://class.example', undefined));
  assert.ok(!isSameOrigin('https://evil.example', 'evil.example@class.example'));
});
