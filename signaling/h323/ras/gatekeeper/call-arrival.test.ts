import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasOf } from '../../call/dialled.ts';
import { admission, GUID, OTHER, registration, said } from './example-requests.ts';
import { GatekeeperHarness } from './harness.ts';

// Rooms whose call signalling comes from another address than their RAS, as some NATs have it.

const OUTSIDE = '192.0.2.9';
const STRANGER = '192.0.2.66';
const SETUP = { callIdentifier: GUID, conferenceIdentifier: GUID, endpointIdentifier: undefined };

/** A gatekeeper with two rooms, of which the first was let into a call, by default to the second. */
function admitted(called = '2002', options: { readonly answerCall?: boolean; readonly roomToRoom?: 'direct' } = {}) {
  const { answerCall = false, roomToRoom = 'routed' } = options;
  const harness = new GatekeeperHarness({ roomToRoom });
  harness.give(registration(['1001']));
  harness.give(registration(['2002'], {}, OTHER), OTHER);
  const answer = harness.give(admission('room-1', { destinationInfo: [aliasOf(called)], answerCall }));
  assert.equal(said(answer), 'admissionConfirm');
  const { gatekeeper } = harness;
  /** Whose call it is that comes from there for the second room, or for a class. */
  const arrives = (remoteAddress: string, setup: object = {}, called: string = 'room-2') =>
    gatekeeper.arrived({ ...SETUP, remoteAddress, ...setup }, called === 'us' ? undefined : called, harness.now);
  return { harness, gatekeeper, arrives };
}

test('a call that was admitted is that of its room, wherever it comes from: once', () => {
  const { gatekeeper, arrives } = admitted();
  const call = { callIdentifier: GUID, remoteAddress: OUTSIDE };
  assert.deepEqual(gatekeeper.partiesOf(call), []);
  assert.equal(arrives(OUTSIDE), 'room-1');
  assert.deepEqual(gatekeeper.partiesOf(call), ['room-1']);
  assert.equal(arrives(STRANGER), undefined);
  assert.deepEqual(gatekeeper.partiesOf({ ...call, remoteAddress: STRANGER }), []);
  // A room that lost its connection calls again by the same identifier.
  assert.equal(arrives(OUTSIDE), 'room-1');
});

test('when the room called from where it registered, nobody else comes by its admission', () => {
  const { arrives } = admitted();
  assert.equal(arrives('127.0.0.9'), 'room-1');
  assert.equal(arrives(OUTSIDE), undefined);
});

test('an admission is good for half a minute', () => {
  for (const [later, caller] of [
    [30_000, 'room-1'],
    [30_001, undefined],
  ] as const) {
    const { harness, arrives } = admitted();
    harness.now += later;
    assert.equal(arrives(OUTSIDE), caller);
    assert.equal(arrives('127.0.0.9'), 'room-1');
  }
});

test('it is good for the call that was asked for alone', () => {
  const { arrives } = admitted();
  assert.equal(arrives(OUTSIDE, { callIdentifier: Buffer.alloc(16, 9) }), undefined);
  assert.equal(arrives(OUTSIDE, { conferenceIdentifier: Buffer.alloc(16, 9) }), undefined);
  assert.equal(arrives(OUTSIDE, { endpointIdentifier: 'room-2' }), undefined);
  assert.equal(arrives(OUTSIDE, {}, 'room-3'), undefined);
  assert.equal(arrives(OUTSIDE, {}, 'us'), undefined);
  assert.equal(arrives(OUTSIDE, { endpointIdentifier: 'room-1' }), 'room-1');
  const toClass = admitted('771');
  assert.equal(toClass.arrives(OUTSIDE), undefined);
  assert.equal(toClass.arrives(OUTSIDE, {}, 'us'), 'room-1');
});

test('who was let answer, or calls another room by itself, is not awaited', () => {
  assert.equal(admitted('2002', { answerCall: true }).arrives(OUTSIDE), undefined);
  assert.equal(admitted('2002', { roomToRoom: 'direct' }).arrives(OUTSIDE), undefined);
});

test('a room that asks again may call again, from elsewhere; its earlier call is not its call any more', () => {
  const { harness, gatekeeper, arrives } = admitted();
  assert.equal(arrives(OUTSIDE), 'room-1');
  harness.give(admission('room-1', { destinationInfo: [aliasOf('2002')] }));
  assert.equal(arrives(STRANGER), 'room-1');
  assert.deepEqual(gatekeeper.partiesOf({ callIdentifier: GUID, remoteAddress: OUTSIDE }), []);
});

test('a room that called from elsewhere is told that its call is over', () => {
  const { harness, gatekeeper, arrives } = admitted();
  arrives(OUTSIDE);
  gatekeeper.callEnded({ callIdentifier: GUID, remoteAddress: STRANGER }, harness.now);
  gatekeeper.tick(harness.now + 2000);
  assert.equal(gatekeeper.calls.size, 1);
  gatekeeper.callEnded({ callIdentifier: GUID, remoteAddress: OUTSIDE }, harness.now);
  gatekeeper.tick(harness.now + 2000);
  assert.equal(said(harness.sent.at(-1)?.message), 'disengageRequest');
  assert.equal(gatekeeper.calls.size, 0);
});
