import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transportAddressSchema } from './transport-address.ts';

const schema = transportAddressSchema(1719);

for (const [text, address, port] of [
  ['192.0.2.1', '192.0.2.1', 1719],
  ['192.0.2.1:1719', '192.0.2.1', 1719],
  ['192.0.2.1:5', '192.0.2.1', 5],
  ['2001:db8::1', '2001:db8::1', 1719],
  ['[2001:db8::1]:7', '2001:db8::1', 7],
  ['[2001:db8::1]', '2001:db8::1', 1719],
] as const) {
  test(`${text} is ${address} and ${port}`, () => {
    assert.deepEqual(schema.parse(text), { address, port });
  });
}

for (const text of ['', 'gatekeeper', '192.0.2.1:0', '192.0.2.1:70000', '192.0.2', '[192.0.2.1', '192.0.2.1:']) {
  test(`'${text}' is none`, () => {
    assert.equal(schema.safeParse(text).success, false);
  });
}
