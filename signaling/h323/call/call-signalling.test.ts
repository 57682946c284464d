import assert from 'node:assert/strict';
import { test } from 'node:test';
import { h450 } from '../h450/supplementary-services.ts';
import { readCallState, writeCallState, writeCause } from '../q931/elements.ts';
import { ELEMENTS, elementOf } from '../q931/message.ts';
import { ANSWERING, CONNECT, SignallingSide } from '../quirks/signalling-side.ts';
import { readSignalAddress, writeSignalAddress } from './transport-address.ts';

const GUID = Buffer.alloc(16, 7);
const EMPTY = { 'h323-message-body': { type: 'empty', value: null } } as const;

/** A call of ours that was answered; what it told up to then is forgotten. */
function connected(): SignallingSide {
  const side = new SignallingSide().call();
  side.receive('connect', { 'h323-message-body': CONNECT, h245Tunneling: true });
  side.told.splice(0);
  side.sent.splice(0);
  return side;
}

test('Progress and SetupAcknowledge keep a call going, like CallProceeding', () => {
  for (const type of ['progress', 'setupAcknowledge', 'callProceeding'] as const) {
    const side = new SignallingSide().call();
    side.receive(type, undefined);
    side.signalling.tick(30_000);
    assert.deepEqual(side.told, [], `${type}: 10 s for the first answer are over`);
    side.signalling.tick(60_000);
    assert.deepEqual(side.told, ['released no-answer']);
  }
  const silent = new SignallingSide().call();
  silent.signalling.tick(10_000);
  assert.deepEqual(silent.told, ['released unreachable']);
});

test('Progress may bring the address of H.245', () => {
  const side = new SignallingSide({ tunnelling: false }).call();
  const h245Address = writeSignalAddress({ address: '192.0.2.9', port: 2001 });
  side.receive('progress', {
    'h323-message-body': { type: 'progress', value: { ...ANSWERING, h245Address } },
    h245Tunneling: false,
  });
  assert.deepEqual(side.told, ['connection 2001']);
});

test('keys that come by Information are told, whatever else stands there', () => {
  const side = connected();
  side.receive('information', undefined, [{ identifier: ELEMENTS.keypad, content: Buffer.from('1\u00002#x*D') }]);
  side.receive(
    'information',
    {
      'h323-message-body': {
        type: 'information',
        value: { protocolIdentifier: '0.0.8.2250.0.4', callIdentifier: { guid: GUID } },
      },
    },
    [{ identifier: ELEMENTS.keypad, content: Buffer.from('7') }],
  );
  side.receive('information', undefined);
  assert.deepEqual(side.told, ['keys 12#*D', 'keys 7']);
});

test('asked for its state, a call says it as Q.931 names it', () => {
  const states = (side: SignallingSide) => {
    side.receive('statusInquiry', undefined);
    const last = side.sent.at(-1);
    assert.equal(last?.type, 'status');
    return readCallState(last && elementOf(last, 'callState'));
  };
  const calling = new SignallingSide().call();
  const seen = [states(calling)];
  calling.receive('callProceeding', undefined);
  seen.push(states(calling));
  calling.receive('alerting', undefined);
  seen.push(states(calling));
  calling.receive('connect', { 'h323-message-body': CONNECT });
  seen.push(states(calling));
  assert.deepEqual(seen, [1, 3, 4, 10]);
  const called = new SignallingSide({ direction: 'inbound' }).invited();
  const others = [states(called)];
  called.signalling.alert();
  others.push(states(called));
  called.signalling.connect();
  others.push(states(called));
  assert.deepEqual(others, [9, 7, 10]);
});

test('a Status that knows of no call ends it, any other does not', () => {
  const side = connected();
  side.receive('status', undefined, [writeCause({ value: 97, location: 0 }), writeCallState('callDelivered')]);
  side.receive('status', undefined, [writeCause({ value: 30, location: 0 })]);
  assert.deepEqual(side.told, []);
  side.receive('status', undefined, [writeCause({ value: 30, location: 0 }), writeCallState('null')]);
  assert.deepEqual(side.told, ['released remote-hangup']);
});

test('a service of H.450 is refused in the next message, and the call goes on', () => {
  const side = connected();
  const invoke = h450.encode('H4501SupplementaryService', {
    serviceApdu: {
      type: 'rosApdus',
      value: [{ type: 'invoke', value: { invokeId: 7, opcode: { type: 'local', value: 103 } } }],
    },
  });
  side.receive('facility', { ...EMPTY, h4501SupplementaryService: [invoke] });
  side.signalling.flush();
  assert.deepEqual(side.names, ['facility']);
  const [answer] = side.sent[0]?.pdu.h4501SupplementaryService ?? [];
  const { serviceApdu } = h450.decode('H4501SupplementaryService', answer ?? Buffer.alloc(0));
  assert.deepEqual(serviceApdu, {
    type: 'rosApdus',
    value: [{ type: 'reject', value: { invokeId: 7, problem: { type: 'invoke', value: 1 } } }],
  });
  side.signalling.flush();
  assert.equal(side.sent.length, 1, 'once');
  assert.deepEqual(side.told, []);
});

test('a service that must be known ends the call, in a Setup too; in a ReleaseComplete it is passed over', () => {
  const clearing = h450.encode('H4501SupplementaryService', {
    interpretationApdu: { type: 'clearCallIfAnyInvokePduNotRecognized', value: null },
    serviceApdu: {
      type: 'rosApdus',
      value: [{ type: 'invoke', value: { invokeId: 8, opcode: { type: 'local', value: 103 } } }],
    },
  });
  const side = connected();
  side.receive('facility', { ...EMPTY, h4501SupplementaryService: [clearing] });
  assert.deepEqual([side.names, side.told], [['releaseComplete'], ['released rejected']]);
  const invited = new SignallingSide({ direction: 'inbound' }).invited(
    {},
    { h4501SupplementaryService: [clearing], h245Tunneling: true },
  );
  assert.deepEqual([invited.names, invited.told], [['callProceeding', 'releaseComplete'], ['released rejected']]);
  const ending = connected();
  ending.receive('releaseComplete', { ...EMPTY, h4501SupplementaryService: [clearing] });
  assert.deepEqual([ending.names, ending.told], [[], ['released remote-hangup']]);
});

test('who called us cannot be sent elsewhere; a call of ours is, once it is told where', () => {
  const elsewhere = {
    type: 'facility',
    value: {
      protocolIdentifier: '0.0.8.2250.0.4',
      reason: { type: 'callForwarded', value: null },
      alternativeAddress: writeSignalAddress({ address: '192.0.2.8', port: 1722 }),
      callIdentifier: { guid: GUID },
    },
  } as const;
  const side = new SignallingSide().call();
  side.receive('facility', { 'h323-message-body': elsewhere });
  assert.deepEqual(side.told, ['forwarded 1722 0']);
  side.signalling.deflect();
  const body = side.sent.at(-1)?.pdu['h323-message-body'];
  assert.equal(body?.type === 'releaseComplete' && body.value.reason?.type, 'facilityCallDeflection');
  assert.deepEqual(side.told, ['forwarded 1722 0'], 'it is not the end of the call');
  side.receive('releaseComplete', undefined);
  side.signalling.tick(1e6);
  side.signalling.release('local-hangup');
  assert.deepEqual([side.told.length, side.names], [1, ['setup', 'releaseComplete']]);
});

test('a room that asks for H.245 when it was answered already hears where we take it', () => {
  const side = new SignallingSide({ direction: 'inbound' }).invited({}, { h245Tunneling: true });
  side.signalling.connect();
  side.receive('facility', {
    'h323-message-body': {
      type: 'facility',
      value: { protocolIdentifier: '0.0.8.2250.0.4', reason: { type: 'startH245', value: null } },
    },
  });
  assert.equal(side.told.at(-1), 'connection ours');
  side.signalling.listensForH245({ address: '192.0.2.1', port: 2001 });
  const body = side.sent.at(-1)?.pdu['h323-message-body'];
  assert.ok(body?.type === 'facility');
  assert.deepEqual(readSignalAddress(body.value.h245Address), { address: '192.0.2.1', port: 2001 });
});

test('a call that is over before it was made is not made', () => {
  const side = new SignallingSide();
  side.signalling.release('shutdown');
  side.call();
  side.signalling.tick(1e6);
  assert.deepEqual([side.names, side.told], [[], ['released shutdown']]);
});

/** A room that said it tunnels, and then in a message of its own that it does not. */
function stopsTunnelling(side: SignallingSide, h245Address?: ReturnType<typeof writeSignalAddress>): void {
  const value = {
    protocolIdentifier: '0.0.8.2250.0.4',
    reason: { type: 'undefinedReason', value: null },
    callIdentifier: { guid: GUID },
    ...(h245Address === undefined ? {} : { h245Address }),
  } as const;
  side.receive('facility', { 'h323-message-body': { type: 'facility', value }, h245Tunneling: false });
}

const OURS = { address: '192.0.2.1', port: 2000 } as const;

test('who stops tunnelling is told where we take H.245, once, by whoever was called', () => {
  const called = new SignallingSide({ direction: 'inbound' }).invited({}, { h245Tunneling: true });
  called.signalling.connect();
  for (const side of [called, connected()]) {
    side.told.splice(0);
    const before = side.sent.length;
    stopsTunnelling(side);
    stopsTunnelling(side);
    assert.deepEqual(side.told, ['connection ours']);
    side.signalling.listensForH245(OURS);
    const [facility, ...others] = side.sent.slice(before);
    const body = facility?.pdu['h323-message-body'];
    assert.ok(body?.type === 'facility');
    assert.deepEqual([body.value.reason.type, readSignalAddress(body.value.h245Address)], ['startH245', OURS]);
    assert.deepEqual([facility?.pdu.h245Tunneling, others], [false, []]);
  }
});

test('who stops tunnelling before the answer finds our address in it', () => {
  const side = new SignallingSide({ direction: 'inbound' }).invited({}, { h245Tunneling: true });
  stopsTunnelling(side);
  assert.deepEqual(side.told, ['tunnel', 'connection ours']);
  side.signalling.listensForH245(OURS);
  side.signalling.connect();
  assert.deepEqual(side.names, ['callProceeding', 'connect']);
  const body = side.sent.at(-1)?.pdu['h323-message-body'];
  assert.ok(body?.type === 'connect');
  assert.deepEqual(readSignalAddress(body.value.h245Address), OURS);
});

test('who stops tunnelling and says where it takes H.245 is connected to', () => {
  const side = new SignallingSide({ direction: 'inbound' }).invited({}, { h245Tunneling: true });
  stopsTunnelling(side, writeSignalAddress({ address: '192.0.2.9', port: 2001 }));
  assert.deepEqual(side.told, ['tunnel', 'connection 2001']);
});

test('H.245 that waits to travel in a tunnel is handed on when that ends', () => {
  const side = connected();
  side.signalling.tunnel(Buffer.of(1));
  side.signalling.tunnel(Buffer.of(2));
  side.receive('facility', { ...EMPTY, h245Tunneling: false });
  assert.deepEqual(side.told, ['connection ours, 2 waiting']);
  side.signalling.flush();
  assert.deepEqual(side.sent, []);
});
