import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasOf } from '../../call/dialled.ts';
import { readSignalAddress, writeSignalAddress } from '../../call/transport-address.ts';
import { type RasMessage, writeRas } from '../message.ts';
import { admission, GUID, inCall, next, OTHER, registration, said, TERMINAL } from './example-requests.ts';
import { captured, GatekeeperHarness, ROOM } from './harness.ts';

test('what strangers are answered, request by request', () => {
  const harness = new GatekeeperHarness();
  const requestSeqNum = 9;
  const cases: [RasMessage, string][] = [
    [
      registration(['1001'], { keepAlive: true, endpointIdentifier: 'x' }),
      'registrationReject fullRegistrationRequired',
    ],
    [registration(['1001'], { additiveRegistration: null }), 'registrationReject fullRegistrationRequired'],
    [registration(['1001'], { gatekeeperIdentifier: 'Another' }), 'registrationReject discoveryRequired'],
    [registration(['1001'], { callSignalAddress: [] }), 'registrationReject invalidCallSignalAddress'],
    [registration(['1001'], { rasAddress: [] }), 'registrationReject invalidRASAddress'],
    [registration([]), 'registrationReject invalidAlias'],
    [registration(['771']), 'registrationReject duplicateAlias'],
    [admission('x'), 'admissionReject callerNotRegistered'],
    [{ type: 'bandwidthRequest', value: { requestSeqNum, ...inCall('x'), bandWidth: 1 } }, 'bandwidthReject notBound'],
    [
      {
        type: 'disengageRequest',
        value: { requestSeqNum, ...inCall('x'), disengageReason: { type: 'normalDrop', value: null } },
      },
      'disengageReject notRegistered',
    ],
    [
      { type: 'unregistrationRequest', value: { requestSeqNum, callSignalAddress: [], endpointIdentifier: 'x' } },
      'unregistrationReject notCurrentlyRegistered',
    ],
    [
      {
        type: 'infoRequestResponse',
        value: {
          requestSeqNum,
          endpointType: TERMINAL,
          endpointIdentifier: 'x',
          rasAddress: writeSignalAddress(ROOM),
          callSignalAddress: [],
          needResponse: true,
        },
      },
      'infoRequestNak notRegistered',
    ],
    [
      {
        type: 'locationRequest',
        value: { requestSeqNum, destinationInfo: [aliasOf('771')], replyAddress: writeSignalAddress(ROOM) },
      },
      'locationReject requestDenied',
    ],
    [{ type: 'infoRequest', value: { requestSeqNum, callReferenceValue: 0 } }, 'unknownMessageResponse'],
    [{ type: 'disengageConfirm', value: { requestSeqNum } }, 'nothing'],
    [{ type: 'unknownMessageResponse', value: { requestSeqNum } }, 'nothing'],
  ];
  for (const [request, expected] of cases) {
    assert.equal(said(harness.give(request)), expected, request.type);
  }
  assert.equal(harness.gatekeeper.registry.size, 0);
});

test('a call of a room to a class, from its admission to its end', () => {
  const harness = new GatekeeperHarness({ bandwidth: { perCall: 20_000, total: 20_000 }, neighbours: 'any' });
  const confirm = harness.give(registration(['1001', 'Room']));
  assert.equal(confirm?.type, 'registrationConfirm');
  harness.give(registration(['2002'], {}, OTHER), OTHER);
  const answer = harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  assert.equal(answer?.type, 'admissionConfirm');
  if (answer?.type === 'admissionConfirm') {
    assert.deepEqual(readSignalAddress(answer.value.destCallSignalAddress), { address: '127.0.0.1', port: 1720 });
  }
  const second = { callIdentifier: { guid: Buffer.alloc(16, 8) } };
  const busy = admission('room-2', { destinationInfo: [aliasOf('771')], ...second });
  assert.equal(said(harness.give(busy, OTHER)), 'admissionConfirm');
  assert.equal(harness.gatekeeper.calls.bandwidth, 20_000);
  const third = { callIdentifier: { guid: Buffer.alloc(16, 9) } };
  const full = admission('room-2', { destinationInfo: [aliasOf('772')], ...third });
  assert.equal(said(harness.give(full, OTHER)), 'admissionReject resourceUnavailable');
  const toRoom = admission('room-2', { destinationInfo: [aliasOf('room')], ...second });
  const direct = harness.give(toRoom, OTHER);
  assert.ok(direct?.type === 'admissionConfirm');
  assert.deepEqual(readSignalAddress(direct.value.destCallSignalAddress), { address: ROOM.address, port: 1720 });
  const nobody = admission('room-2', { destinationInfo: [aliasOf('9')] });
  assert.equal(said(harness.give(nobody, OTHER)), 'admissionReject calledPartyNotRegistered');
  assert.equal(said(harness.give(admission('room-2'), OTHER)), 'admissionReject incompleteAddress');
  const located = harness.give({
    type: 'locationRequest',
    value: { requestSeqNum: next(), destinationInfo: [aliasOf('1001')], replyAddress: writeSignalAddress(ROOM) },
  });
  assert.equal(said(located), 'locationConfirm');
  // Who knows the identifier of a room is not the room.
  assert.equal(said(harness.give(admission('room-1'), OTHER)), 'admissionReject callerNotRegistered');
  const less: RasMessage = {
    type: 'bandwidthRequest',
    value: { requestSeqNum: next(), ...inCall('room-1'), bandWidth: 6400 },
  };
  assert.equal(said(harness.give(less)), 'bandwidthConfirm');
  const disengage: RasMessage = {
    type: 'disengageRequest',
    value: { requestSeqNum: next(), ...inCall('room-1'), disengageReason: { type: 'normalDrop', value: null } },
  };
  assert.equal(said(harness.give(disengage)), 'disengageConfirm');
  assert.equal(harness.gatekeeper.calls.get(GUID), undefined);
  const leave: RasMessage = {
    type: 'unregistrationRequest',
    value: { requestSeqNum: next(), callSignalAddress: [writeSignalAddress({ address: ROOM.address, port: 1720 })] },
  };
  assert.equal(said(harness.give(leave)), 'unregistrationConfirm');
  assert.equal(harness.gatekeeper.lookup('1001'), undefined);
});

test('a request that is sent again is carried out once and answered alike', () => {
  const harness = new GatekeeperHarness();
  const request = writeRas(registration(['1001']));
  harness.give(request);
  harness.now += 3000;
  harness.give(request);
  assert.deepEqual(harness.sent[0]?.data, harness.sent[1]?.data);
  assert.equal(harness.events.filter(({ type }) => type === 'registered').length, 1);
});

test('a flood of one source is cut, of many it fills nothing without bounds; noise is dropped', () => {
  const harness = new GatekeeperHarness();
  for (let count = 0; count < 500; count++) {
    const place = writeSignalAddress({ address: ROOM.address, port: 2000 + count });
    harness.give(registration([`5${count}`], { callSignalAddress: [place] }));
  }
  assert.equal(harness.sent.length, 100);
  assert.equal(harness.gatekeeper.registry.size, 64);
  const [sample] = captured('h323plus-password');
  for (let count = 0; count < 20_000; count++) {
    const address = `10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`;
    const noise = Buffer.from(sample?.data ?? []);
    noise[count % noise.length] = count & 255;
    harness.give(noise, { address, port: 1719 });
  }
  assert.equal(harness.gatekeeper.registry.size, 64);
  assert.equal(harness.gatekeeper.calls.size, 0);
});

test('answers go to nobody but the sender: a RAS address elsewhere is not used', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001'], { rasAddress: [writeSignalAddress({ address: '10.9.9.9', port: 53 })] }));
  assert.deepEqual(harness.sent[0]?.to, ROOM);
  const near = { address: ROOM.address, port: 4000 };
  harness.give(registration(['1002'], { rasAddress: [writeSignalAddress(near)] }));
  assert.deepEqual(harness.sent[1]?.to, near);
});
