import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUDIO, BOTH_WAYS, begin, CAPABILITIES, established, pair, settle } from './example-session.ts';
import type { H245Message } from './message.ts';
import { h245 } from './types.ts';

test('an MCU is master of a terminal, whoever begins', () => {
  for (const begins of [[0], [1], [0, 1]]) {
    const sides = pair();
    for (const index of begins) {
      sides[index]?.session.start(CAPABILITIES, 0);
    }
    settle(...sides);
    assert.deepEqual(
      sides.map(({ session }) => session.role),
      ['master', 'slave'],
      `begun by ${begins.join(' and ')}`,
    );
  }
});

test('a session is established when roles are known and our capabilities are taken', () => {
  const [a, b] = pair();
  a.session.start(CAPABILITIES, 0);
  b.session.start(CAPABILITIES, 0);
  settle(a, b);
  assert.deepEqual(a.told, ['capabilities 1', 'established as master']);
  assert.deepEqual(b.told, ['capabilities 1', 'established as slave']);
});

test('between equals the number decides, on both sides the same', () => {
  for (const [x, y] of [
    [0.1, 0.2],
    [0.2, 0.1],
    [0.1, 0.9],
    [0.9, 0.1],
    [0, 0.4999],
    [0.4999, 0],
  ] as const) {
    const sides = pair({ terminalType: 60, random: () => x }, { terminalType: 60, random: () => y });
    begin(sides);
    settle(...sides);
    assert.deepEqual(sides.map(({ session }) => session.role).sort(), ['master', 'slave'], `${x} and ${y}`);
  }
});

test('equal numbers are drawn again', () => {
  const draws = [0.5, 0.5, 0.3];
  const sides = pair({ terminalType: 60, random: () => draws.shift() ?? 0.3 }, { terminalType: 60, random: () => 0.5 });
  begin(sides);
  settle(...sides);
  assert.deepEqual(sides.map(({ session }) => session.role).sort(), ['master', 'slave']);
});

test('numbers that are always equal end the attempt', () => {
  const sides = pair({ terminalType: 60, random: () => 0.5 }, { terminalType: 60, random: () => 0.5 });
  begin(sides);
  settle(...sides);
  assert.ok(sides.some(({ told }) => told.some((what) => what.startsWith('failed master-slave'))));
});

test('a channel is opened, used and closed', () => {
  const [a, b] = established();
  const channel = a.session.channels.open(AUDIO, 0);
  settle(a, b);
  assert.deepEqual([b.told, channel.state], [['offered 1'], 'opening']);
  b.offered[0]?.accept({});
  settle(a, b);
  assert.deepEqual([a.told, channel.state], [['opened 1'], 'open']);
  channel.close(0);
  settle(a, b);
  assert.deepEqual(a.told.at(-1), 'own closed 1');
  assert.deepEqual(b.told.at(-1), 'closed 1');
  assert.deepEqual([a.session.channels.own, b.session.channels.theirs], [[], []]);
});

test('a refusal names its cause and leaves nothing behind', () => {
  const [a, b] = established();
  a.session.channels.open(AUDIO, 0);
  settle(a, b);
  b.offered[0]?.refuse('dataTypeNotSupported');
  b.offered[0]?.accept({});
  settle(a, b);
  assert.deepEqual(a.told, ['refused 1 dataTypeNotSupported']);
  assert.deepEqual(a.session.channels.own, []);
});

test('who receives a channel can ask for its end', () => {
  const [a, b] = established();
  a.session.channels.open(AUDIO, 0);
  settle(a, b);
  b.offered[0]?.accept({});
  settle(a, b);
  b.offered[0]?.requestClose();
  settle(a, b);
  assert.equal(a.told.at(-1), 'own closed 1');
  assert.equal(b.told.at(-1), 'closed 1');
});

test('of two channels both ways for one medium the master’s is kept', () => {
  const [master, slave] = established();
  master.session.channels.open(BOTH_WAYS, 0);
  slave.session.channels.open(BOTH_WAYS, 0);
  settle(master, slave);
  assert.deepEqual(slave.told, ['offered 1', 'refused 1 masterSlaveConflict']);
  assert.deepEqual(master.told, []);
});

test('a channel that is opened twice is a new one', () => {
  const [a, b] = established();
  const open: H245Message = {
    type: 'request',
    value: { type: 'openLogicalChannel', value: { ...AUDIO, forwardLogicalChannelNumber: 7 } },
  };
  b.receive(open);
  b.receive(open);
  assert.deepEqual(b.told, ['offered 7', 'closed 7', 'offered 7']);
  assert.equal(b.session.channels.theirs.length, 1);
  assert.equal(a.session.channels.own.length, 0);
});

test('more channels than any room has are refused', () => {
  const [, b] = established();
  for (let number = 1; number <= 40; number++) {
    b.receive({
      type: 'request',
      value: { type: 'openLogicalChannel', value: { ...AUDIO, forwardLogicalChannelNumber: number } },
    });
  }
  assert.equal(b.session.channels.theirs.length, 32);
  assert.equal(b.sent.filter((name) => name === 'response openLogicalChannelReject').length, 8);
});

test('a side that never answers: every procedure ends by itself', () => {
  const [a] = pair();
  a.session.start(CAPABILITIES, 0);
  const channel = a.session.channels.open(AUDIO, 0);
  a.session.askRoundTrip(0);
  a.session.tick(9_999);
  assert.deepEqual(a.told, []);
  a.session.tick(10_000);
  a.session.tick(15_000);
  assert.deepEqual(a.told, [
    'failed master-slave: no answer or no result',
    'round trip of 0 unanswered',
    'failed capabilities: timeout',
    'refused 1 timeout',
  ]);
  assert.equal(channel.state, 'closed');
  assert.equal(a.sent.at(-1), 'request closeLogicalChannel');
  a.session.tick(100_000);
  assert.equal(a.told.length, 4, 'and nothing runs on');
});

test('capabilities may change at any time; an empty set is a pause', () => {
  const [a, b] = established();
  a.session.tell({ protocolIdentifier: '0.0.8.245.0.13' }, 0);
  a.session.tell(CAPABILITIES, 0);
  settle(a, b);
  assert.deepEqual(b.told, ['capabilities 2 empty', 'capabilities 3']);
});

test('a descriptor that names an entry which is not there is refused', () => {
  const [a, b] = established();
  a.session.tell(
    { ...CAPABILITIES, capabilityDescriptors: [{ capabilityDescriptorNumber: 0, simultaneousCapabilities: [[2]] }] },
    0,
  );
  settle(a, b);
  assert.deepEqual([a.told, b.told], [['failed capabilities: undefinedTableEntryUsed'], []]);
});

test('limits, pictures, keys and modes reach the other side', () => {
  const [a, b] = established();
  a.session.limit(3, 384_000);
  a.session.limit('all', undefined);
  a.session.requestPicture(3);
  a.session.press('#');
  a.receive({
    type: 'request',
    value: {
      type: 'requestMode',
      value: {
        sequenceNumber: 1,
        requestedModes: [[{ type: { type: 'audioMode', value: { type: 'g711Alaw64k', value: null } } }]],
      },
    },
  });
  a.modes = false;
  a.receive({
    type: 'request',
    value: {
      type: 'requestMode',
      value: {
        sequenceNumber: 2,
        requestedModes: [[{ type: { type: 'audioMode', value: { type: 'g711Alaw64k', value: null } } }]],
      },
    },
  });
  settle(a, b);
  assert.deepEqual(b.told, [
    'flow 3 384000',
    'flow all undefined',
    'command videoFastUpdatePicture',
    'pressed # undefined',
    'other response requestModeAck',
    'other response requestModeReject',
  ]);
});

test('the way to and fro is measured, an old answer is not', () => {
  const [a, b] = established();
  a.session.askRoundTrip(100);
  a.queue.splice(0);
  a.session.askRoundTrip(200);
  settle(a, b, 260);
  assert.deepEqual(a.told, ['round trip 60']);
});

test('what we do not know is said to be unknown', () => {
  const [, b] = established();
  b.receive({ type: 'request', value: { type: 'unknown', index: 20, data: Buffer.from('00', 'hex') } });
  b.receive({ type: 'unknown', index: 0, data: Buffer.from('00', 'hex') });
  b.receive({
    type: 'request',
    value: { type: 'maintenanceLoopRequest', value: { type: { type: 'systemLoop', value: null } } },
  });
  assert.deepEqual(b.sent, [
    'indication functionNotSupported',
    'indication functionNotSupported',
    'indication functionNotUnderstood',
  ]);
});

test('an end is told once and answered by the holder', () => {
  const [a, b] = established();
  a.session.end();
  a.session.end();
  settle(a, b);
  assert.deepEqual([a.sent, b.told], [['command endSessionCommand'], ['ended']]);
});

test('a mode that was asked for begins when the answer has left', () => {
  const [a, b] = established();
  const ask = (sequenceNumber: number): H245Message => ({
    type: 'request',
    value: {
      type: 'requestMode',
      value: {
        sequenceNumber,
        requestedModes: [[{ type: { type: 'audioMode', value: { type: 'g711Alaw64k', value: null } } }]],
      },
    },
  });
  a.receive(ask(1));
  assert.deepEqual([a.sent, a.told], [['response requestModeAck'], ['mode begins']]);
  a.modes = false;
  a.receive(ask(2));
  assert.deepEqual(a.sent, ['response requestModeAck', 'response requestModeReject']);
  const [, reject] = a.queue.map((octets) => h245.decode('MultimediaSystemControlMessage', octets));
  assert.deepEqual(reject, {
    type: 'response',
    value: { type: 'requestModeReject', value: { sequenceNumber: 2, cause: { type: 'modeUnavailable', value: null } } },
  });
  settle(a, b);
});

test('asked for our capabilities we tell them again', () => {
  const [a, b] = established();
  const ask: H245Message = {
    type: 'command',
    value: { type: 'sendTerminalCapabilitySet', value: { type: 'genericRequest', value: null } },
  };
  a.receive(ask);
  a.receive(ask);
  assert.deepEqual(a.sent, ['request terminalCapabilitySet'], 'once while it is unanswered');
  settle(a, b);
  assert.deepEqual(b.told, ['capabilities 2']);
  a.receive(ask);
  settle(a, b);
  assert.deepEqual(b.told, ['capabilities 2', 'capabilities 3']);
  assert.deepEqual(a.told, [], 'the session goes on');
});

test('a session that begins anew is established anew, and keeps its channels', () => {
  const [a, b] = established();
  const channel = a.session.channels.open(AUDIO, 0);
  settle(a, b);
  b.offered[0]?.accept({});
  settle(a, b);
  a.told.splice(0);
  a.session.restart(CAPABILITIES, 0);
  assert.equal(a.session.isEstablished, false);
  settle(a, b);
  assert.deepEqual(a.told, ['established as master']);
  assert.deepEqual([a.session.channels.own.length, channel.state], [1, 'open']);
});
