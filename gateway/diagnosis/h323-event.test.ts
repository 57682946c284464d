import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallMessage, readCallMessage, writeCallMessage } from '#signaling/h323/h225/message.ts';
import { h245 } from '#signaling/h323/h245/types.ts';
import { writeCalledNumber } from '#signaling/h323/q931/elements.ts';
import { CallTrace } from './call-trace.ts';
import { h323Event } from './h323-event.ts';
import { ladder } from './ladder.ts';
import { timeline } from './timeline.ts';
import type { H323Entry } from './trace-entry.ts';

const BEGIN = Date.UTC(2026, 0, 2, 3, 4, 5);
const WAY = {
  protocol: 'tcp',
  local: { address: '192.0.2.1', port: 1720 },
  remote: { address: '192.0.2.7', port: 40_000 },
} as const;
const VERSION = '0.0.8.2250.0.5';
const IDENTIFIER = Buffer.alloc(16, 7);

function entry(packet: Uint8Array, channel: H323Entry['channel'] = 'call-signalling'): H323Entry {
  return { kind: 'h323', at: BEGIN, direction: 'in', channel, ...WAY, packet };
}

function setup(more: object = {}, h245Control: readonly Uint8Array[] = []): CallMessage {
  return {
    callReference: 5,
    isFromDestination: false,
    type: 'setup',
    elements: [writeCalledNumber('1001#4711')],
    pdu: {
      'h323-message-body': {
        type: 'setup',
        value: {
          protocolIdentifier: VERSION,
          sourceInfo: { mc: false, undefinedNode: false },
          destinationAddress: [
            { type: 'dialedDigits', value: '1001#4711' },
            { type: 'h323-ID', value: '##1001##4711' },
          ],
          activeMC: false,
          conferenceID: IDENTIFIER,
          conferenceGoal: { type: 'create', value: null },
          callType: { type: 'pointToPoint', value: null },
          callIdentifier: { guid: IDENTIFIER },
          mediaWaitForConnect: false,
          canOverlapSend: false,
          ...more,
        },
      },
      h245Tunneling: true,
      ...(h245Control.length === 0 ? {} : { h245Control }),
    },
  };
}

const control = (message: Parameters<typeof h245.encode<'MultimediaSystemControlMessage'>>[1]): Buffer =>
  h245.encode('MultimediaSystemControlMessage', message);
const keys = (value: string): Buffer =>
  control({ type: 'indication', value: { type: 'userInput', value: { type: 'alphanumeric', value } } });
const fastUpdate = control({
  type: 'command',
  value: {
    type: 'miscellaneousCommand',
    value: { logicalChannelNumber: 2, type: { type: 'videoFastUpdatePicture', value: null } },
  },
});

test('of what was dialled the class is shown, not what came behind it', () => {
  const { words, packet } = h323Event(entry(writeCallMessage(setup())));
  assert.equal(words, 'Setup to 1001#****');
  assert.ok(packet);
  assert.ok(!Buffer.from(packet).toString('latin1').includes('4711'));
  const body = readCallMessage(Buffer.from(packet)).pdu['h323-message-body'];
  assert.ok(body.type === 'setup');
  assert.deepEqual(body.value.destinationAddress, [
    { type: 'dialedDigits', value: '1001#****' },
    { type: 'h323-ID', value: '##1001##****' },
  ]);
});

test('tokens are taken out', () => {
  const tokens = [{ tokenOID: '0.0.8.235.0.2.5', password: 'geheim', generalID: 'room' }];
  const { packet } = h323Event(entry(writeCallMessage(setup({ tokens }))));
  assert.ok(packet);
  const body = readCallMessage(Buffer.from(packet)).pdu['h323-message-body'];
  assert.ok(body.type === 'setup');
  assert.deepEqual(body.value.tokens, []);
  const wide = Buffer.from('geheim', 'utf16le').swap16();
  assert.ok(!Buffer.from(packet).includes(wide));
});

test('pressed keys and passwords in H.245 are masked, tunnelled and on a connection of its own', () => {
  const own = h323Event(entry(keys('4711'), 'control'));
  assert.equal(own.words, 'userInput alphanumeric');
  assert.ok(own.packet && !Buffer.from(own.packet).includes('4711') && Buffer.from(own.packet).includes('****'));
  const tunnelled = h323Event(entry(writeCallMessage(setup({}, [keys('4711'), fastUpdate]))));
  assert.ok(tunnelled.packet && !Buffer.from(tunnelled.packet).includes('4711'));
  assert.deepEqual(tunnelled.inside, [
    'H.245 userInput alphanumeric',
    'H.245 miscellaneousCommand 2: videoFastUpdatePicture',
  ]);
  const password = control({
    type: 'response',
    value: {
      type: 'conferenceResponse',
      value: {
        type: 'passwordResponse',
        value: { terminalLabel: { mcuNumber: 1, terminalNumber: 2 }, password: Buffer.from('geheim') },
      },
    },
  });
  assert.ok(password.includes('geheim'));
  const masked = h323Event(entry(password, 'control')).packet;
  assert.ok(masked && !Buffer.from(masked).includes('geheim'));
});

test('a message without secrets is shown octet by octet as it was', () => {
  assert.deepEqual(h323Event(entry(fastUpdate, 'control')).packet, fastUpdate);
});

test('of what cannot be read only the length is told', () => {
  for (const channel of ['call-signalling', 'control'] as const) {
    const { words, packet, inside } = h323Event(entry(Buffer.from([8, 2, 0, 5, 5, 0x7e, 0xff]), channel));
    assert.deepEqual([words, packet, inside], ['7 octets that cannot be read', undefined, []]);
  }
});

test('the ladder has a line for each message, and one for each that travels in it', () => {
  const trace = new CallTrace('call', 1 << 20, BEGIN);
  trace.facts = { protocol: 'h323', direction: 'inbound', class: '1001', remote: 'Room' };
  trace.push(entry(writeCallMessage(setup({}, [fastUpdate]))));
  trace.push({ ...entry(fastUpdate, 'control'), at: BEGIN + 20, direction: 'out' });
  assert.equal(timeline(trace).length, 2);
  const lines = ladder(trace).split('\n').slice(4, -1);
  assert.deepEqual(lines, [
    '            room        h323        gateway     engine',
    '    +0.000  |---------->|           |           |  Setup to 1001#****  [tcp 192.0.2.7:40000]',
    '    +0.000  |           |           |           |    H.245 miscellaneousCommand 2: videoFastUpdatePicture',
    '    +0.020  |<----------|           |           |  H.245 miscellaneousCommand 2: videoFastUpdatePicture  [tcp 192.0.2.7:40000]',
  ]);
});
