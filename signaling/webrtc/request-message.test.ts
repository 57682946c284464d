import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from './protocol.ts';
import { parseRequest } from './request-message.ts';

const join = { type: 'join', version: PROTOCOL_VERSION, code: '7B', name: '  王老师 ' };

test('a join is read, its name trimmed and its reception filled in', () => {
  assert.deepEqual(parseRequest(JSON.stringify({ id: 1, request: join })), {
    kind: 'request',
    message: { id: 1, request: { ...join, name: '王老师', reception: 'mix' } },
  });
});

test('another version is told apart, whatever else changed in it', () => {
  const other = { id: 4, request: { type: 'join', version: PROTOCOL_VERSION + 1, lesson: { code: 1 } } };
  assert.deepEqual(parseRequest(JSON.stringify(other)), { kind: 'refused', id: 4, fault: 'wrong-version' });
});

test('a message that has an id but no known request can be answered', () => {
  for (const request of [undefined, null, {}, { type: 'fly' }, { ...join, code: 'a b' }, { ...join, name: ' ' }]) {
    assert.deepEqual(parseRequest(JSON.stringify({ id: 0, request })), {
      kind: 'refused',
      id: 0,
      fault: 'bad-request',
    });
  }
});

test('what has no id, is no JSON or is too long is unparsable', () => {
  const long = JSON.stringify({ id: 1, request: { type: 'ready', rtpCapabilities: { x: '课'.repeat(22_000) } } });
  assert.ok(long.length < MAX_MESSAGE_BYTES, 'too long only in bytes');
  for (const text of ['', '{', 'null', '[]', '{"id":-1}', '{"id":"1"}', long]) {
    assert.deepEqual(parseRequest(text), { kind: 'unparsable' }, text.slice(0, 20));
  }
});

test('deep nesting and __proto__ do no harm', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  const nested = parseRequest(`{"id":1,"request":{"type":"ready","rtpCapabilities":{"x":${deep}}}}`);
  assert.equal(nested.kind, 'request');
  const proto = parseRequest('{"id":1,"request":{"type":"ready","rtpCapabilities":{"__proto__":{"polluted":1}}}}');
  assert.equal(proto.kind, 'request');
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test('any text and any JSON is read without throwing', () => {
  fc.assert(fc.property(fc.string(), (text) => ['unparsable', 'refused', 'request'].includes(parseRequest(text).kind)));
  fc.assert(
    fc.property(fc.jsonValue(), (request) => parseRequest(JSON.stringify({ id: 1, request })).kind !== 'unparsable'),
  );
});
