import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCallMessage } from '../h225/message.ts';
import { request } from '../h245/message.ts';
import { h245 } from '../h245/types.ts';
import { AttemptPair } from '../quirks/attempt-pair.ts';

const VENDOR = { vendor: { t35CountryCode: 9, t35Extension: 0, manufacturerCode: 61 } } as const;

test('a room in a lesson hears who is there, and may ask for names', () => {
  const pair = new AttemptPair(VENDOR);
  const before = pair.packets.length;
  pair.ours.showTerminals({
    own: 2,
    terminals: [
      { number: 1, name: 'Room A' },
      { number: 2, name: 'Room B' },
    ],
  });
  assert.deepEqual(pair.names(pair.packets.slice(before)), [
    'facility',
    'indication conferenceIndication',
    'indication conferenceIndication',
  ]);
  const asked = pair.packets.length;
  const question = request('conferenceRequest', {
    type: 'requestTerminalID',
    value: { mcuNumber: 1, terminalNumber: 1 },
  });
  pair.ours.receive({
    callReference: 5,
    isFromDestination: true,
    type: 'facility',
    elements: [],
    pdu: {
      'h323-message-body': { type: 'empty', value: null },
      h245Tunneling: true,
      h245Control: [h245.encode('MultimediaSystemControlMessage', question)],
    },
  });
  const [answer, ...more] = pair.packets.slice(asked).map(readCallMessage);
  assert.deepEqual(more, []);
  const [octets, ...others] = answer?.pdu.h245Control ?? [];
  assert.deepEqual(others, []);
  const read = h245.decode('MultimediaSystemControlMessage', octets ?? Buffer.alloc(0));
  assert.ok(read.type === 'response' && read.value.type === 'conferenceResponse');
  assert.ok(read.value.value.type === 'mCTerminalIDResponse');
  assert.equal(Buffer.from(read.value.value.value.terminalID).toString(), 'Room A');
});

test('an attempt that is given up tells nothing more, and its far side why', () => {
  const pair = new AttemptPair(VENDOR);
  pair.told.splice(0);
  pair.ours.deflect();
  pair.ours.end('local-hangup');
  pair.ours.tick();
  assert.deepEqual(pair.told, []);
  const last = readCallMessage(pair.packets.at(-1) ?? Buffer.alloc(0));
  const body = last.pdu['h323-message-body'];
  assert.equal(body.type === 'releaseComplete' && body.value.reason?.type, 'facilityCallDeflection');
});

test('a room that answers no round trip is in the call as long as anything comes of it', () => {
  const media = new AttemptPair(VENDOR);
  media.isLost = () => true;
  media.pass(600_000, () => media.ours.mediaHeard(500));
  assert.ok(!media.told.includes('outbound signalling-timeout'), 'media come');
  media.pass(100_000, () => media.ours.mediaHeard(100_000));
  assert.ok(media.told.includes('outbound signalling-timeout'), 'no media come any more');

  const status = new AttemptPair(VENDOR);
  status.isLost = (names) => !names.includes('status');
  status.pass(600_000);
  assert.ok(status.names().includes('statusInquiry'));
  assert.ok(!status.told.includes('outbound signalling-timeout'), 'it says how the call stands');
});

test('a room that says nothing at all is given up after three round trips and a question', () => {
  const pair = new AttemptPair(VENDOR);
  pair.isLost = () => true;
  const before = pair.packets.length;
  pair.pass(70_000);
  assert.ok(!pair.told.includes('outbound signalling-timeout'));
  pair.pass(30_000);
  assert.ok(pair.told.includes('outbound signalling-timeout'));
  assert.deepEqual(
    pair.names(pair.packets.slice(before)).filter((name) => name !== 'facility'),
    [
      ...Array(3).fill('request roundTripDelayRequest'),
      'statusInquiry',
      'request roundTripDelayRequest',
      'command endSessionCommand',
      'releaseComplete',
    ],
  );
});

test('a silent room is asked in every way whether it is there', async () => {
  const pair = new AttemptPair(VENDOR);
  const before = pair.packets.length;
  const answered = pair.ours.probe();
  pair.pass(1000);
  assert.equal(await answered, true);
  assert.deepEqual(pair.names(pair.packets.slice(before)), [
    'statusInquiry',
    'facility',
    'request roundTripDelayRequest',
  ]);
  pair.isLost = () => true;
  const unanswered = pair.ours.probe();
  pair.pass(11_000);
  assert.equal(await unanswered, false);
});

/** What a room says through the tunnel. */
function tunnelled(h245Control: readonly Uint8Array[]): Parameters<AttemptPair['ours']['receive']>[0] {
  return {
    callReference: 5,
    isFromDestination: true,
    type: 'facility',
    elements: [],
    pdu: { 'h323-message-body': { type: 'empty', value: null }, h245Tunneling: true, h245Control },
  };
}

test('answers to many questions in one message go into as many messages as they need', () => {
  const pair = new AttemptPair(VENDOR);
  const question = request('conferenceRequest', { type: 'requestAllTerminalIDs', value: null });
  pair.ours.showTerminals({ own: 1, terminals: [{ number: 1, name: 'A room with a long name' }] });
  const before = pair.packets.length;
  pair.ours.receive(
    tunnelled(Array.from({ length: 5000 }, () => h245.encode('MultimediaSystemControlMessage', question))),
  );
  const packets = pair.packets.slice(before);
  const answers = packets.map(readCallMessage).flatMap(({ pdu }) => pdu.h245Control ?? []);
  assert.equal(answers.length, 5000);
  assert.ok(packets.every(({ length }) => length <= 65_531));
});

test('what is too long to be said again is not', () => {
  const pair = new AttemptPair(VENDOR);
  const before = pair.packets.length;
  const data = Buffer.alloc(65_000);
  const identifier = { type: 'object', value: '1.2.3' } as const;
  const odd = request('nonStandard', { nonStandardData: { nonStandardIdentifier: identifier, data } });
  pair.ours.receive(tunnelled([h245.encode('MultimediaSystemControlMessage', odd)]));
  assert.equal(pair.packets.length, before);
});
