import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOfCaller } from './address-of-caller.ts';

const ROOM = { remoteUri: 'Room 3', remoteAddress: '203.0.113.9' };
const REGISTERED = { address: '198.51.100.4', port: 1725 };
const nobody = (): undefined => undefined;

test('a room is called where it says that it takes calls', () => {
  const sourceAddress = { address: '203.0.113.9', port: 1721 };
  assert.equal(addressOfCaller({ ...ROOM, sourceAddress }, nobody), 'h323:Room 3@203.0.113.9:1721');
  const nameless = { remoteUri: '203.0.113.9', remoteAddress: '203.0.113.9', sourceAddress };
  assert.equal(addressOfCaller(nameless, nobody), 'h323:203.0.113.9:1721');
});

test('nobody has us call others, behind a NAT or on purpose: then the registration counts', () => {
  for (const sourceAddress of [undefined, { address: '10.0.0.7', port: 1720 }, { address: '203.0.113.9', port: 0 }]) {
    assert.equal(addressOfCaller({ ...ROOM, sourceAddress }, nobody), undefined);
    const known = addressOfCaller({ ...ROOM, sourceAddress }, (alias) => (alias === 'Room 3' ? REGISTERED : undefined));
    assert.equal(known, 'h323:Room 3@198.51.100.4:1725');
  }
});
