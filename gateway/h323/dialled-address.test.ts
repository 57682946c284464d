import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDialledAddress } from './dialled-address.ts';

for (const [text, alias, host, port] of [
  ['h323:192.0.2.7', undefined, '192.0.2.7', 1720],
  ['h323:600@192.0.2.7', '600', '192.0.2.7', 1720],
  ['H323:600@192.0.2.7:1722', '600', '192.0.2.7', 1722],
  ['h323:room.example.org', undefined, 'room.example.org', 1720],
  ['h323:room@gateway', 'room', 'gateway', 1720],
  ['h323:a@b@192.0.2.7', 'a@b', '192.0.2.7', 1720],
  ['h323:gateway:1721', undefined, 'gateway', 1721],
  ['h323:[2001:db8::1]', undefined, '2001:db8::1', 1720],
  ['h323:600@[2001:db8::1]:1725', '600', '2001:db8::1', 1725],
  ['h323:600', '600', undefined, 1720],
  ['h323:Room 7', 'Room 7', undefined, 1720],
] as const) {
  test(`${text} is ${alias ?? 'whoever is there'} at ${host ?? 'a gatekeeper'}`, () => {
    assert.deepEqual(readDialledAddress(text), { alias, host, port });
  });
}

for (const text of [
  '600',
  'sip:600@192.0.2.7',
  'h323:',
  'h323:600@',
  'h323:192.0.2.7:0',
  'h323:192.0.2.7:70000',
  'h323:[192.0.2.7]',
]) {
  test(`'${text}' is nobody to call by H.323`, () => {
    assert.equal(readDialledAddress(text), undefined);
  });
}
