import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Terminal } from '../../call/room-call.ts';
import { ConferenceControl } from './conference-control.ts';
import type { H245Message } from './message.ts';
import { type H245, h245 } from './types.ts';

const label = (terminalNumber: number) => ({ mcuNumber: 1, terminalNumber });

/** A room in a conference, and what it was sent, as read from octets. */
function room(): { control: ConferenceControl; sent: H245Message[]; told: () => string[] } {
  const sent: H245Message[] = [];
  const control = new ConferenceControl('Classbridge', (message) => sent.push(throughOctets(message)));
  const told = () =>
    sent.splice(0).map((message) => {
      assert.ok(message.type === 'indication' && message.value.type === 'conferenceIndication');
      const { value } = message.value;
      assert.ok(
        value.type === 'terminalNumberAssign' ||
          value.type === 'terminalJoinedConference' ||
          value.type === 'terminalLeftConference',
      );
      return `${value.type} ${value.value.mcuNumber}.${value.value.terminalNumber}`;
    });
  return { control, sent, told };
}

function throughOctets(message: H245Message): H245Message {
  return h245.decode('MultimediaSystemControlMessage', h245.encode('MultimediaSystemControlMessage', message));
}

function answer(
  control: ConferenceControl,
  request: H245<'ConferenceRequest'>,
): H245<'ConferenceResponse'> | undefined {
  const message = control.answer(request);
  const read = message === undefined ? undefined : throughOctets(message);
  if (read === undefined) {
    return undefined;
  }
  assert.ok(read.type === 'response' && read.value.type === 'conferenceResponse');
  return read.value.value;
}

const three: readonly Terminal[] = [
  { number: 1, name: 'Room A' },
  { number: 2, name: '教室 B' },
  { number: 3, name: '' },
];

test('a room hears its own number and those of the others, when it can hear anything', () => {
  const { control, told } = room();
  control.show({ own: 2, terminals: three });
  assert.deepEqual(told(), []);
  control.established();
  assert.deepEqual(told(), [
    'terminalNumberAssign 1.2',
    'terminalJoinedConference 1.1',
    'terminalJoinedConference 1.3',
  ]);
  control.show({ own: 2, terminals: three });
  assert.deepEqual(told(), [], 'nothing new is nothing to say');
  control.show({ own: 2, terminals: [...three.slice(1), { number: 4, name: 'Late' }] });
  assert.deepEqual(told(), ['terminalJoinedConference 1.4', 'terminalLeftConference 1.1']);
});

test('what an MC is asked', () => {
  const { control } = room();
  assert.equal(answer(control, { type: 'terminalListRequest', value: null }), undefined, 'before anybody is there');
  control.show({ own: 2, terminals: three });
  const cases: readonly (readonly [H245<'ConferenceRequest'>, unknown])[] = [
    [
      { type: 'terminalListRequest', value: null },
      { type: 'terminalListResponse', value: [label(1), label(2), label(3)] },
    ],
    [
      { type: 'requestTerminalID', value: label(2) },
      { type: 'mCTerminalIDResponse', value: { terminalLabel: label(2), terminalID: Buffer.from('教室 B') } },
    ],
    [{ type: 'requestTerminalID', value: label(9) }, undefined],
    [{ type: 'requestTerminalID', value: { mcuNumber: 2, terminalNumber: 2 } }, undefined],
    [
      { type: 'requestAllTerminalIDs', value: null },
      {
        type: 'requestAllTerminalIDsResponse',
        value: {
          terminalInformation: [
            { terminalLabel: label(1), terminalID: Buffer.from('Room A') },
            { terminalLabel: label(2), terminalID: Buffer.from('教室 B') },
            { terminalLabel: label(3), terminalID: Buffer.from('?') },
          ],
        },
      },
    ],
    [
      { type: 'enterH243TerminalID', value: null },
      { type: 'terminalIDResponse', value: { terminalLabel: label(0), terminalID: Buffer.from('Classbridge') } },
    ],
    [
      { type: 'makeMeChair', value: null },
      { type: 'makeMeChairResponse', value: { type: 'deniedChairToken', value: null } },
    ],
    [
      { type: 'dropTerminal', value: label(1) },
      { type: 'terminalDropReject', value: null },
    ],
    [
      { type: 'broadcastMyLogicalChannel', value: 1 },
      { type: 'broadcastMyLogicalChannelResponse', value: { type: 'deniedBroadcastMyLogicalChannel', value: null } },
    ],
    [
      { type: 'makeTerminalBroadcaster', value: label(1) },
      { type: 'makeTerminalBroadcasterResponse', value: { type: 'deniedMakeTerminalBroadcaster', value: null } },
    ],
    [
      { type: 'sendThisSource', value: label(1) },
      { type: 'sendThisSourceResponse', value: { type: 'deniedSendThisSource', value: null } },
    ],
    [
      { type: 'remoteMCRequest', value: { type: 'masterActivate', value: null } },
      { type: 'remoteMCResponse', value: { type: 'reject', value: { type: 'functionNotSupported', value: null } } },
    ],
    [{ type: 'enterH243Password', value: null }, undefined],
    [{ type: 'requestChairTokenOwner', value: null }, undefined],
    [{ type: 'unknown', index: 20, data: Buffer.alloc(0) }, undefined],
  ];
  for (const [request, expected] of cases) {
    assert.deepEqual(plain(answer(control, request)), plain(expected), request.type);
  }
});

test('names are cut between characters, lists are as long as a conference can be', () => {
  const { control, told } = room();
  control.established();
  const many = Array.from({ length: 300 }, (_, index) => ({ number: index + 1, name: '教'.repeat(60) }));
  control.show({ own: 1, terminals: many });
  assert.equal(told().length, 192);
  const list = answer(control, { type: 'terminalListRequest', value: null });
  assert.ok(list?.type === 'terminalListResponse');
  assert.equal(list.value.length, 192);
  const name = answer(control, { type: 'requestTerminalID', value: label(1) });
  assert.ok(name?.type === 'mCTerminalIDResponse');
  assert.equal(Buffer.from(name.value.terminalID).toString(), '教'.repeat(42));
});

/** Octets as text, so that kinds of arrays do not matter. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_, part: unknown) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part,
    ).replaceAll(/\{"type":"Buffer","data":\[([\d,]*)\]\}/g, (_, octets: string) =>
      JSON.stringify(Buffer.from(octets.split(',').map(Number)).toString('hex')),
    ),
  );
}
