import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransportAddress } from '#codecs/media/description.ts';
import { aliasOf } from '../../call/dialled.ts';
import { readSignalAddress, writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import { type RasMessage, withTokens, writeRas } from '../message.ts';
import { writeHashed } from '../security/hashed-message.ts';
import { catToken, passwordHashToken } from '../security/password-hash.ts';
import { type RasUser, userWithPassword } from '../security/ras-user.ts';
import { captured, GatekeeperHarness, ROOM } from './harness.ts';

const OTHER: TransportAddress = { address: '127.0.0.10', port: 1719 };
const VENDOR = { vendor: { t35CountryCode: 9, t35Extension: 0, manufacturerCode: 61 } };
const TERMINAL: H225<'EndpointType'> = { vendor: VENDOR, terminal: {}, mc: false, undefinedNode: false };
const GUID = Buffer.alloc(16, 7);
let numbers = 0;

function next(): number {
  numbers = (numbers % 60_000) + 1;
  return numbers;
}

function registration(
  aliases: readonly string[],
  options: Partial<H225<'RegistrationRequest'>> = {},
  from = ROOM,
): RasMessage {
  return {
    type: 'registrationRequest',
    value: {
      requestSeqNum: next(),
      protocolIdentifier: '0.0.8.2250.0.4',
      discoveryComplete: false,
      callSignalAddress: [writeSignalAddress({ address: from.address, port: 1720 })],
      rasAddress: [writeSignalAddress(from)],
      terminalType: TERMINAL,
      terminalAlias: aliases.map(aliasOf),
      endpointVendor: VENDOR,
      ...options,
    },
  };
}

function admission(endpointIdentifier: string, options: Partial<H225<'AdmissionRequest'>> = {}): RasMessage {
  return {
    type: 'admissionRequest',
    value: {
      requestSeqNum: next(),
      callType: { type: 'pointToPoint', value: null },
      endpointIdentifier,
      srcInfo: [],
      bandWidth: 19_200,
      callReferenceValue: 5,
      conferenceID: GUID,
      callIdentifier: { guid: GUID },
      activeMC: false,
      answerCall: false,
      ...options,
    },
  };
}

const inCall = (endpointIdentifier: string) => ({
  endpointIdentifier,
  conferenceID: GUID,
  callReferenceValue: 5,
  callIdentifier: { guid: GUID },
});

/** What a message is and, where it refuses, why. */
function said(message: RasMessage | undefined): string {
  if (message === undefined || message.type === 'unknown') {
    return 'nothing';
  }
  const { value } = message;
  const reason = 'rejectReason' in value ? value.rejectReason : 'nakReason' in value ? value.nakReason : undefined;
  return reason === undefined ? message.type : `${message.type} ${reason.type}`;
}

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

test('a room is refreshed lightly, told when it is late, and its calls end with it', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001'], { timeToLive: 40 }));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.now += 39_000;
  const light = registration([], { keepAlive: true, endpointIdentifier: 'room-1', timeToLive: 40 });
  assert.equal(said(harness.give(light)), 'registrationConfirm');
  assert.equal(
    said(harness.give(registration([], { keepAlive: true, endpointIdentifier: 'room-1' }), OTHER)),
    'registrationReject fullRegistrationRequired',
  );
  harness.now += 44_000;
  harness.gatekeeper.tick(harness.now);
  assert.ok(harness.gatekeeper.lookup('1001') !== undefined);
  harness.now += 1000;
  harness.gatekeeper.tick(harness.now);
  assert.equal(harness.gatekeeper.lookup('1001'), undefined);
  assert.equal(harness.gatekeeper.calls.size, 0);
  const last = harness.sent.at(-1);
  assert.ok(last?.message.type === 'unregistrationRequest' && last.message.value.reason?.type === 'ttlExpired');
  assert.deepEqual(last.to, ROOM);
});

test('a room that registers anew in a call keeps its identifier and its call', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001']));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.give(registration(['1001', '1002']));
  assert.equal(harness.gatekeeper.lookup('1002')?.endpointIdentifier, 'room-1');
  assert.equal(harness.gatekeeper.calls.size, 1);
});

test('aliases are added and given back one by one', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001']));
  const more = registration(['1002'], { additiveRegistration: null, endpointIdentifier: 'room-1' });
  assert.equal(said(harness.give(more)), 'registrationConfirm');
  assert.equal(harness.gatekeeper.lookup('1001'), harness.gatekeeper.lookup('1002'));
  harness.give({
    type: 'unregistrationRequest',
    value: {
      requestSeqNum: next(),
      callSignalAddress: [],
      endpointIdentifier: 'room-1',
      endpointAlias: [aliasOf('1001')],
    },
  });
  assert.deepEqual(
    [harness.gatekeeper.lookup('1001'), harness.gatekeeper.lookup('1002') !== undefined],
    [undefined, true],
  );
});

test('a room that does not take leave is told that the call is over; one that falls silent is asked', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001']));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.gatekeeper.callEnded(GUID, harness.now);
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

test('each way to prove a password is taken, a wrong one and a missing one are not', () => {
  const school = userWithPassword('school', 'geheim');
  const hashOnly: RasUser = { ...userWithPassword('town', 'secret'), password: undefined };
  const wallClock = 1_795_278_901;
  const proofs: Record<string, (message: RasMessage, user: RasUser, password: string, count: number) => Uint8Array> = {
    hmac: (message, { name }, password, count) =>
      writeHashed(
        message,
        userWithPassword(name, password).key,
        { timeStamp: wallClock, random: count, generalId: 'SpikeGK', sendersId: name },
        Buffer.from('0123456789ab'),
      ),
    md5: (message, { name }, password, count) => {
      const token = passwordHashToken(
        { type: 'h323-ID', value: name },
        { name, password, timeStamp: wallClock + count },
      );
      return writeRas(withTokens(message, { cryptoTokens: [token] }));
    },
    cat: (message, { name }, password, count) =>
      writeRas(withTokens(message, { tokens: [catToken(name, password, wallClock, count)] })),
  };
  for (const [scheme, write] of Object.entries(proofs)) {
    const harness = new GatekeeperHarness({ users: [school, hashOnly], authentication: 'required' });
    assert.equal(said(harness.give(registration(['school']))), 'registrationReject securityDenial');
    assert.equal(
      said(harness.give(write(registration(['school']), school, 'wrong', 1))),
      'registrationReject securityDenial',
      scheme,
    );
    assert.equal(
      said(harness.give(write(registration(['school']), school, 'geheim', 2))),
      'registrationConfirm',
      scheme,
    );
    assert.equal(harness.gatekeeper.lookup('school')?.scheme, scheme);
    // The name of another user is his alone.
    assert.equal(
      said(harness.give(write(registration(['school', 'town']), school, 'geheim', 3))),
      'registrationReject duplicateAlias',
    );
    const byHash = said(harness.give(write(registration(['town']), hashOnly, 'secret', 4), OTHER));
    assert.equal(byHash, scheme === 'hmac' ? 'registrationConfirm' : 'registrationReject securityDenial', scheme);
    const call = admission('room-1', { destinationInfo: [aliasOf('771')] });
    assert.equal(said(harness.give(call)), scheme === 'md5' ? 'admissionConfirm' : 'admissionReject securityDenial');
    assert.equal(said(harness.give(write(call, school, 'geheim', 5))), 'admissionConfirm', scheme);
  }
});

test('who guesses passwords is made to wait', () => {
  const school = userWithPassword('school', 'geheim');
  const harness = new GatekeeperHarness({ users: [school], authentication: 'required' });
  const attempt = (password: string, count: number) =>
    harness.give(
      writeRas(withTokens(registration(['school']), { tokens: [catToken('school', password, 1_795_278_901, count)] })),
    );
  for (let count = 0; count < 10; count++) {
    assert.equal(said(attempt('wrong', count)), 'registrationReject securityDenial');
  }
  assert.equal(said(attempt('geheim', 100)), 'registrationReject securityDenial');
  harness.now += 300_001;
  assert.equal(said(attempt('geheim', 101)), 'registrationConfirm');
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

test('a room that goes and comes back with the same octets is registered again', () => {
  const harness = new GatekeeperHarness();
  const request = writeRas(registration(['1001']));
  const leave: RasMessage = {
    type: 'unregistrationRequest',
    value: { requestSeqNum: next(), callSignalAddress: [], endpointIdentifier: 'room-1' },
  };
  harness.give(request);
  assert.equal(said(harness.give(leave)), 'unregistrationConfirm');
  assert.equal(said(harness.give(leave)), 'unregistrationConfirm');
  assert.equal(said(harness.give(request)), 'registrationConfirm');
  assert.equal(harness.gatekeeper.lookup('1001')?.endpointIdentifier, 'room-2');
});

test('a call that is admitted again by its old name is not ended with the one before', () => {
  const harness = new GatekeeperHarness();
  harness.give(registration(['1001']));
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.gatekeeper.callEnded(GUID, harness.now);
  harness.now += 1000;
  harness.give(admission('room-1', { destinationInfo: [aliasOf('771')] }));
  harness.now += 5000;
  harness.gatekeeper.tick(harness.now);
  assert.equal(harness.gatekeeper.calls.size, 1);
});
