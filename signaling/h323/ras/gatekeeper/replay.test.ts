import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSignalAddress } from '../../call/transport-address.ts';
import { type RasMessage, readRas, sequenceNumberOf, tokensOf } from '../message.ts';
import { isHashedWith, readHashedToken } from '../security/hashed-message.ts';
import { userWithPassword } from '../security/ras-user.ts';
import { captured, GatekeeperHarness } from './harness.ts';
import type { Registration } from './registry.ts';

/** What two gatekeepers must have in common in an answer: the rest is their own. */
function essence(message: RasMessage | undefined): unknown {
  switch (message?.type) {
    case 'registrationConfirm': {
      const { requestSeqNum, terminalAlias, endpointIdentifier, gatekeeperIdentifier, timeToLive } = message.value;
      return { type: message.type, requestSeqNum, terminalAlias, endpointIdentifier, gatekeeperIdentifier, timeToLive };
    }
    case 'registrationReject':
    case 'admissionReject': {
      const { requestSeqNum, rejectReason } = message.value;
      return { type: message.type, requestSeqNum, rejectReason };
    }
    case 'admissionConfirm': {
      const { requestSeqNum, bandWidth, irrFrequency } = message.value;
      return { type: message.type, requestSeqNum, bandWidth, irrFrequency };
    }
    case 'gatekeeperConfirm': {
      const { requestSeqNum, gatekeeperIdentifier, authenticationMode, algorithmOID } = message.value;
      const rasAddress = readSignalAddress(message.value.rasAddress);
      return { type: message.type, requestSeqNum, gatekeeperIdentifier, authenticationMode, algorithmOID, rasAddress };
    }
    default:
      return message === undefined ? undefined : { type: message.type, requestSeqNum: sequenceNumberOf(message) };
  }
}

/** The answer that the captured gatekeeper gave to a request. */
function answerTo(datagrams: ReturnType<typeof captured>, index: number): RasMessage | undefined {
  const request = datagrams[index];
  const later = datagrams.slice(index + 1);
  const number = request === undefined ? undefined : sequenceNumberOf(readRas(request.data));
  const found = later.find(
    ({ from, to, data }) =>
      from.port === 1719 &&
      to.port === request?.from.port &&
      to.address === request.from.address &&
      sequenceNumberOf(readRas(data)) === number,
  );
  return found === undefined ? undefined : readRas(found.data);
}

function replay(harness: GatekeeperHarness, name: string): number {
  const datagrams = captured(name);
  let compared = 0;
  for (const [index, { from, to, data }] of datagrams.entries()) {
    const request = readRas(data);
    if (to.port !== 1719 || request.type === 'serviceControlResponse') {
      continue;
    }
    harness.now += 100;
    assert.deepEqual(
      essence(harness.give(data, from)),
      essence(answerTo(datagrams, index)),
      `${request.type} ${sequenceNumberOf(request)}`,
    );
    compared += 1;
  }
  return compared;
}

/** Seconds of the capture's two halves. */
const FIRST = 1_795_278_901;
const SECOND = 1_795_278_909;

test('a registration with H.235.1 is answered as the captured gatekeeper answered it, the wrong password too', () => {
  const users = [userWithPassword('caller', 'secret1')];
  let seconds = FIRST;
  const harness = new GatekeeperHarness({
    users,
    authentication: 'required',
    timeToLive: { usual: 60, minimum: 30, maximum: 3600 },
    newIdentifier: () => '3638933_endp',
    wallClock: () => seconds,
  });
  assert.equal(replay(harness, 'h323plus-password'), 6);
  for (const { message, data } of harness.sent) {
    const [token] = tokensOf(message).cryptoTokens;
    const isSecured = ['registrationConfirm', 'admissionReject', 'unregistrationConfirm'].includes(message.type);
    assert.equal(token !== undefined, isSecured, message.type);
    if (token !== undefined) {
      const read = readHashedToken(token);
      assert.ok(read !== undefined && users[0] !== undefined && isHashedWith(users[0].key, data, read.hash));
      assert.deepEqual([read.generalId, read.sendersId], ['3638933_endp', 'SpikeGK']);
    }
  }
  // The same registration on another day, and a moment later from somebody who listened.
  const request = captured('h323plus-password')[2];
  assert.ok(request !== undefined);
  seconds = SECOND;
  const stranger = { address: '127.0.0.77', port: 1719 };
  assert.equal(harness.give(request.data, stranger)?.type, 'registrationReject');
  seconds += 3600;
  assert.equal(harness.give(request.data, { ...stranger, port: 1720 })?.type, 'registrationReject');
  const whys = harness.events.flatMap((event) => (event.type === 'refused' ? [event.why] : []));
  assert.deepEqual(whys, ['wrong-hash', 'replay', 'clock']);
});

test('two registered rooms call each other as in the capture', () => {
  const harness = new GatekeeperHarness({
    timeToLive: { usual: 60, minimum: 30, maximum: 3600 },
  });
  const datagrams = captured('asterisk');
  for (const { data, from } of datagrams.slice(0, 4)) {
    const request = readRas(data);
    if (request.type === 'registrationRequest') {
      const { endpointIdentifier = '', terminalAlias: aliases = [], callSignalAddress } = request.value;
      const places = callSignalAddress.map(readSignalAddress).filter((place) => place !== undefined);
      const known: Registration = {
        endpointIdentifier,
        aliases,
        callSignalAddresses: places,
        rasAddress: from,
        sourceAddress: from.address,
        user: undefined,
        scheme: undefined,
        product: '',
        timeToLive: 60,
        expiresAt: harness.now + 60_000,
      };
      harness.gatekeeper.restore(known);
    }
  }
  // The captured gatekeeper chose another identifier for the room that came back.
  const chosen = datagrams.map(({ data }) => readRas(data)).findLast(({ type }) => type === 'registrationConfirm');
  assert.equal(chosen?.type, 'registrationConfirm');
  const identifier = chosen?.type === 'registrationConfirm' ? chosen.value.endpointIdentifier : '';
  const again = new GatekeeperHarness({
    timeToLive: { usual: 60, minimum: 30, maximum: 60 },
    newIdentifier: () => identifier,
  });
  for (const registration of harness.gatekeeper.registry.all()) {
    again.gatekeeper.restore(registration);
  }
  assert.equal(replay(again, 'asterisk'), 14);
  assert.equal(again.gatekeeper.calls.size, 0);
  assert.equal(again.gatekeeper.calls.bandwidth, 0);
});

test('discovery, registrations, a call and leave of another stack are answered as in the capture', () => {
  const identifiers = captured('h323plus').flatMap(({ data }) => {
    const message = readRas(data);
    return message.type === 'registrationConfirm' ? [message.value.endpointIdentifier] : [];
  });
  const harness = new GatekeeperHarness({
    // The captured gatekeeper wants rooms behind NAT, as it takes them for, to speak often.
    timeToLive: { usual: 19, minimum: 10, maximum: 19 },
    newIdentifier: () => identifiers.shift() ?? 'more',
  });
  assert.equal(replay(harness, 'h323plus'), 11);
  assert.equal(harness.gatekeeper.calls.size, 0);
});
