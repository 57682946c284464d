import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasOf } from '../../call/dialled.ts';
import { writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { RasMessage } from '../message.ts';
import { admission, GUID, inCall, next, OTHER, registration, said, TERMINAL } from './example-requests.ts';
import { GatekeeperHarness, ROOM } from './harness.ts';

test('a room that does not take leave is told that the call is over; one that falls silent is asked', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001']));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.gatekeeper.callEnded({ callIdentifier: GUID, remoteAddress: ROOM.address }, harness.now);
  harness.gatekeeper.tick(harness.now + 1999);
  assert.equal(harness.gatekeeper.calls.size, 1);
  harness.gatekeeper.tick(harness.now + 2000);
  assert.equal(said(harness.sent.at(-1)?.message), 'disengageRequest');
  assert.equal(harness.gatekeeper.calls.size, 0);
  const sent = harness.sent.length;
  harness.give(registration(['1001'], { timeToLive: 3600 }));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  for (let second = 0; second < 260; second++) {
    harness.now += 1000;
    harness.gatekeeper.tick(harness.now);
  }
  const kinds = harness.sent.slice(sent).map(({ message }) => message.type);
  assert.equal(kinds.filter((type) => type === 'infoRequest').length, 3);
  assert.equal(harness.gatekeeper.calls.size, 0);
});

/** A room's answer to what we asked last. */
function report(harness: GatekeeperHarness, options: Partial<H225<'InfoRequestResponse'>>): void {
  const asked = harness.sent.findLast(({ message }) => message.type === 'infoRequest')?.message;
  assert.ok(asked?.type === 'infoRequest');
  harness.give({
    type: 'infoRequestResponse',
    value: {
      requestSeqNum: asked.value.requestSeqNum,
      endpointType: TERMINAL,
      endpointIdentifier: 'room-1',
      rasAddress: writeSignalAddress(ROOM),
      callSignalAddress: [],
      ...options,
    },
  });
}

test('a room that is asked for a call and names another one has left it', () => {
  const info = (guid: number, callReferenceValue: number) =>
    ({
      callReferenceValue,
      conferenceID: Buffer.alloc(16, guid),
      h245: {},
      callSignaling: {},
      callType: { type: 'pointToPoint', value: null },
      bandWidth: 1,
      callModel: { type: 'direct', value: null },
    }) as const;
  const answers: [Partial<H225<'InfoRequestResponse'>>, number][] = [
    [{ perCallInfo: [{ ...info(9, 9), callIdentifier: { guid: Buffer.alloc(16, 9) } }] }, 0],
    [{ irrStatus: { type: 'invalidCall', value: null } }, 0],
    [{}, 1],
    [{ perCallInfo: [info(7, 9)] }, 1],
    [{ perCallInfo: [info(9, 5)] }, 1],
  ];
  for (const [answer, calls] of answers) {
    const harness = new GatekeeperHarness();
    harness.give(registration(['1001'], { timeToLive: 3600 }));
    harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
    harness.now += 240_000;
    harness.gatekeeper.tick(harness.now);
    report(harness, answer);
    assert.equal(harness.gatekeeper.calls.size, calls, JSON.stringify(answer));
    // It is asked again later.
    const sent = harness.sent.length;
    harness.now += 240_000;
    harness.gatekeeper.tick(harness.now);
    assert.equal(harness.sent.slice(sent).filter(({ message }) => message.type === 'infoRequest').length, calls);
  }
});

test('a call that is admitted again by its old name is not ended with the one before', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001']));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.gatekeeper.callEnded({ callIdentifier: GUID, remoteAddress: ROOM.address }, harness.now);
  harness.now += 1000;
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.now += 5000;
  harness.gatekeeper.tick(harness.now);
  assert.equal(harness.gatekeeper.calls.size, 1);
});

test('who calls by the identifier of a call of others does not end it', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001']));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  const forged = { callIdentifier: GUID, remoteAddress: OTHER.address };
  const own = { callIdentifier: GUID, remoteAddress: ROOM.address };
  assert.deepEqual([harness.gatekeeper.partiesOf(forged), harness.gatekeeper.partiesOf(own)], [[], ['room-1']]);
  const sent = harness.sent.length;
  harness.gatekeeper.callEnded(forged, harness.now);
  harness.now += 5000;
  harness.gatekeeper.tick(harness.now);
  assert.deepEqual([harness.sent.length, harness.gatekeeper.calls.size], [sent, 1]);

  // Not even where he is registered himself and asked to be let in by it: he alone is told then.
  harness.give(registration(['2002'], {}, OTHER), OTHER);
  const other = { destinationInfo: [aliasOf('771')], conferenceID: Buffer.alloc(16, 9) };
  harness.give(admission('room-2', other), OTHER);
  harness.gatekeeper.callEnded(forged, harness.now);
  harness.now += 5000;
  harness.gatekeeper.tick(harness.now);
  const told = harness.sent.filter(({ message }) => message.type === 'disengageRequest').map(({ to }) => to.address);
  assert.deepEqual(told, [OTHER.address]);
  assert.deepEqual(harness.gatekeeper.partiesOf(own), ['room-1']);
  assert.deepEqual(harness.gatekeeper.calls.get(GUID)?.conferenceIdentifier, GUID);
});

test('two rooms whose calls by one identifier end shortly one after the other are both told', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001']));
  harness.give(registration(['2002'], {}, OTHER), OTHER);
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.give(admission('room-2', { destinationInfo: [aliasOf('771')] }), OTHER);
  harness.gatekeeper.callEnded({ callIdentifier: GUID, remoteAddress: ROOM.address }, harness.now);
  harness.now += 1000;
  harness.gatekeeper.callEnded({ callIdentifier: GUID, remoteAddress: OTHER.address }, harness.now);
  harness.now += 5000;
  harness.gatekeeper.tick(harness.now);
  const told = harness.sent.filter(({ message }) => message.type === 'disengageRequest').map(({ to }) => to.address);
  assert.deepEqual(told, [ROOM.address, OTHER.address]);
  assert.equal(harness.gatekeeper.calls.size, 0);
});

test('a room that knows the identifier of a call of others neither ends nor changes nor keeps it', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001'], { timeToLive: 3600 }));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.give(registration(['2002'], { timeToLive: 3600 }, OTHER), OTHER);
  const before = harness.gatekeeper.calls.get(GUID);
  harness.now += 1000;
  const asked = (endpoint: string): RasMessage[] => [
    { type: 'bandwidthRequest', value: { requestSeqNum: next(), ...inCall(endpoint), bandWidth: 1 } },
    {
      type: 'disengageRequest',
      value: { requestSeqNum: next(), ...inCall(endpoint), disengageReason: { type: 'normalDrop', value: null } },
    },
    {
      type: 'infoRequestResponse',
      value: {
        requestSeqNum: next(),
        endpointType: TERMINAL,
        endpointIdentifier: endpoint,
        rasAddress: writeSignalAddress(OTHER),
        callSignalAddress: [],
        perCallInfo: [],
        needResponse: true,
      },
    },
  ];
  assert.deepEqual(
    // In its own name, and in that of the room.
    [...asked('room-2'), ...asked('room-1')].map((request) => said(harness.give(request, OTHER))),
    [
      'bandwidthReject invalidConferenceID',
      'disengageConfirm',
      'infoRequestAck',
      'bandwidthReject notBound',
      'disengageReject notRegistered',
      'infoRequestNak notRegistered',
    ],
  );
  assert.deepEqual(harness.gatekeeper.calls.get(GUID), before);
});
