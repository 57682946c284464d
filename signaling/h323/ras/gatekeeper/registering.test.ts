import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasOf } from '../../call/dialled.ts';
import { writeSignalAddress } from '../../call/transport-address.ts';
import { type RasMessage, withTokens, writeRas } from '../message.ts';
import { writeHashed } from '../security/hashed-message.ts';
import { catToken, passwordHashToken } from '../security/password-hash.ts';
import { type RasUser, userWithPassword } from '../security/ras-user.ts';
import { admission, next, OTHER, registration, said } from './example-requests.ts';
import { GatekeeperHarness, ROOM } from './harness.ts';

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

/** Where a room takes calls that registers from an address and names these. */
function placesOf(from: string, named: readonly (readonly [address: string, port: number])[]) {
  const harness = new GatekeeperHarness();
  const callSignalAddress = named.map(([address, port]) => writeSignalAddress({ address, port }));
  const answer = harness.give(registration(['1001'], { callSignalAddress }), { address: from, port: 1719 });
  const { callSignalAddresses } = harness.gatekeeper.lookup('1001') ?? {};
  return callSignalAddresses?.map(({ address, port }) => `${address}:${port}`) ?? said(answer);
}

test('a room has us call neither this machine nor its link, unless it is there itself', () => {
  const refused = 'registrationReject invalidCallSignalAddress';
  for (const address of ['127.0.0.1', '169.254.1.1', '224.0.1.41', '::1']) {
    assert.equal(placesOf('192.0.2.9', [[address, 9022]]), refused);
  }
  const places = placesOf('192.0.2.9', [
    ['127.0.0.1', 9022],
    ['198.51.100.9', 1720],
  ]);
  assert.deepEqual(places, ['198.51.100.9:1720']);
  assert.deepEqual(placesOf('127.0.0.9', [['127.0.0.8', 1720]]), ['127.0.0.8:1720']);
});

test('a room that names our own place of calls would have us call ourselves', () => {
  assert.equal(placesOf('127.0.0.9', [['127.0.0.1', 1720]]), 'registrationReject invalidCallSignalAddress');
});

test('a room that names an address of zeros takes calls where it is', () => {
  for (const zeros of ['0.0.0.0', '::']) {
    assert.deepEqual(placesOf('192.0.2.9', [[zeros, 1720]]), ['192.0.2.9:1720']);
  }
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
