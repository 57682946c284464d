import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request, response } from '../h245/message.ts';
import type { H245Session } from '../h245/session.ts';
import { h245 } from '../h245/types.ts';
import { ScriptedRoom } from '../quirks/scripted-room.ts';
import { writeCapabilitySet } from './capability-set.ts';
import { LOCAL, Side, settle, talking } from './example-side.ts';

/** The set that asks the other side to send nothing for now (H.323 §8.4.6). */
const EMPTY_CAPABILITY_SET = { protocolIdentifier: '0.0.8.245.0.13' };

test('two sides open sound and picture both ways, each to the other’s addresses', () => {
  const [a, b] = talking();
  assert.deepEqual(a.summary, [
    'audio sendrecv: G722/9 to 127.0.0.1:30000 and 30001, from G722/9',
    'main sendrecv: H264/97 to 127.0.0.1:30002 and 30003, from H264/97',
  ]);
  assert.deepEqual(b.summary, [
    'audio sendrecv: G722/9 to 127.0.0.1:20000 and 20001, from G722/9',
    'main sendrecv: H264/97 to 127.0.0.1:20002 and 20003, from H264/97',
  ]);
  assert.deepEqual([a.told, b.told], [[], []]);
  assert.deepEqual(
    [a, b].map(({ session }) => [session.channels.own.length, session.channels.theirs.length]),
    [
      [2, 2],
      [2, 2],
    ],
  );
});

test('channels that come before the party has answered wait for it', () => {
  const slow = new Side(190, 20_000);
  slow.held = [];
  const quick = new Side(50, 30_000);
  slow.begin();
  quick.begin();
  settle(slow, quick);
  assert.equal(slow.session.channels.theirs.length, 2);
  assert.deepEqual(
    quick.session.channels.own.map(({ state }) => state),
    ['opening', 'opening'],
  );
  const [exchange] = slow.held;
  slow.held = undefined;
  assert.ok(exchange);
  slow.answer(exchange);
  settle(slow, quick);
  assert.deepEqual(
    quick.session.channels.own.map(({ state }) => state),
    ['open', 'open'],
  );
  assert.equal(slow.streams[0]?.remote.port, 30_000);
});

test('a side that only has sound gets sound', () => {
  const [a, b] = talking(new Side(190, 20_000), new Side(50, 30_000, { ...LOCAL, video: [] }));
  assert.deepEqual(
    a.streams.map(({ kind }) => kind),
    ['audio'],
  );
  assert.deepEqual(
    b.streams.map(({ kind }) => kind),
    ['audio'],
  );
});

test('nothing in common is refused', () => {
  const [a] = talking(new Side(190, 20_000), new Side(50, 30_000, { ...LOCAL, audio: [], video: [] }));
  assert.deepEqual(a.streams, []);
});

test('a pause closes what we send, and capabilities open it again', () => {
  const [a, b] = talking();
  b.session.tell(EMPTY_CAPABILITY_SET, 0);
  settle(a, b);
  assert.deepEqual(
    a.streams.map(({ direction }) => direction),
    ['recvonly', 'recvonly'],
  );
  assert.equal(a.session.channels.own.length, 0);
  assert.equal(b.session.channels.own.length, 2, 'what the other side sends goes on');
  b.session.tell(writeCapabilitySet(LOCAL), 0);
  settle(a, b);
  assert.deepEqual(a.summary[0], 'audio sendrecv: G722/9 to 127.0.0.1:30000 and 30001, from G722/9');
  assert.equal(a.session.channels.own.length, 2);
});

test('another codec is another channel', () => {
  const [a, b] = talking();
  const [before] = a.session.channels.own;
  const narrow = LOCAL.audio.filter(({ name }) => name === 'PCMA');
  b.session.tell(writeCapabilitySet({ ...LOCAL, audio: narrow }), 0);
  settle(a, b);
  assert.equal(a.streams[0]?.send.name, 'PCMA');
  assert.equal(a.streams[0]?.remote.port, 30_000);
  const audio = b.session.channels.theirs.map(({ number, parameters }) => [
    number,
    parameters.forwardLogicalChannelParameters.dataType,
  ]);
  assert.equal(audio.length, 2);
  assert.ok(!b.session.channels.theirs.some(({ number }) => number === before?.number));
});

test('a picture that is refused leaves the sound', () => {
  const a = new Side(190, 20_000);
  const b = new Side(50, 30_000);
  b.held = [];
  a.begin();
  b.begin();
  settle(a, b);
  for (const channel of b.session.channels.theirs) {
    if (channel.parameters.forwardLogicalChannelParameters.dataType.type === 'videoData') {
      channel.refuse('insufficientBandwidth');
    }
  }
  const [exchange] = b.held;
  b.held = undefined;
  assert.ok(exchange);
  b.answer(exchange);
  settle(a, b);
  assert.deepEqual(a.told, ['channel refused insufficientBandwidth']);
  assert.deepEqual(
    a.streams.map(({ kind, direction }) => `${kind} ${direction}`),
    ['audio sendrecv', 'main recvonly'],
  );
});

test('each direction has its own payload type', () => {
  const a = new Side(190, 20_000);
  const b = new Side(50, 30_000);
  a.begin();
  b.begin();
  const patched = () => {
    for (const [index, octets] of b.queue.entries()) {
      const message = h245.decode('MultimediaSystemControlMessage', octets);
      if (message.type === 'request' && message.value.type === 'openLogicalChannel') {
        const open = message.value.value;
        const { multiplexParameters } = open.forwardLogicalChannelParameters;
        if (multiplexParameters.type === 'h2250LogicalChannelParameters' && multiplexParameters.value.sessionID === 2) {
          const { mediaPacketization: _, ...rest } = multiplexParameters.value;
          const value = { ...rest, dynamicRTPPayloadType: 119 };
          b.queue[index] = h245.encode('MultimediaSystemControlMessage', {
            type: 'request',
            value: {
              type: 'openLogicalChannel',
              value: {
                ...open,
                forwardLogicalChannelParameters: {
                  ...open.forwardLogicalChannelParameters,
                  multiplexParameters: { type: 'h2250LogicalChannelParameters', value },
                },
              },
            },
          });
        }
      }
    }
  };
  for (let round = 0; round < 50 && a.queue.length + b.queue.length > 0; round++) {
    patched();
    for (const octets of b.queue.splice(0)) {
      a.session.receive(h245.decode('MultimediaSystemControlMessage', octets), 0);
    }
    for (const octets of a.queue.splice(0)) {
      b.session.receive(h245.decode('MultimediaSystemControlMessage', octets), 0);
    }
  }
  assert.equal(a.summary[1], 'main sendrecv: H264/97 to 127.0.0.1:30002 and 30003, from H264/119');
});

test('channels of what was never announced are refused with the right cause', () => {
  const [a, b] = talking();
  const causes: string[] = [];
  const open = (dataType: Parameters<typeof offer>[0]) => offer(dataType);
  function offer(
    dataType: NonNullable<
      Parameters<H245Session['channels']['open']>[0]
    >['forwardLogicalChannelParameters']['dataType'],
  ) {
    b.session.channels.open(
      {
        forwardLogicalChannelParameters: {
          dataType,
          multiplexParameters: { type: 'h2250LogicalChannelParameters', value: { sessionID: 3 } },
        },
      },
      0,
    );
    settle(a, b);
    causes.push(b.told.pop() ?? '');
  }
  open({ type: 'audioData', value: { type: 'g729', value: 2 } });
  open({
    type: 'videoData',
    value: {
      type: 'is11172VideoCapability',
      value: { constrainedBitstream: true },
    },
  });
  open({ type: 'nullData', value: null });
  assert.deepEqual(
    causes,
    Array.from({ length: 3 }, () => 'channel refused dataTypeNotSupported'),
  );
});

test('a mode that the other side asks for is sent, one that it cannot receive is not', () => {
  const [a, b] = talking();
  const ask = (sequenceNumber: number, ...types: readonly ('g711Alaw64k' | 'g711Ulaw64k' | 'g728')[]) => {
    b.queue.push(
      h245.encode('MultimediaSystemControlMessage', {
        type: 'request',
        value: {
          type: 'requestMode',
          value: {
            sequenceNumber,
            requestedModes: types.map((type) => [{ type: { type: 'audioMode', value: { type, value: null } } }]),
          },
        },
      }),
    );
    settle(a, b);
  };
  ask(1, 'g728');
  assert.equal(a.streams[0]?.send.name, 'G722');
  ask(2, 'g728', 'g711Ulaw64k');
  assert.equal(a.summary[0], 'audio sendrecv: PCMU/0 to 127.0.0.1:30000 and 30001, from PCMU/0');
  assert.deepEqual(
    a.streams[0]?.receive.map(({ name }) => name),
    ['PCMU', 'G722'],
    'G.722 still comes from them',
  );
  assert.equal(a.summary[1], 'main sendrecv: H264/97 to 127.0.0.1:30002 and 30003, from H264/97');
  ask(3, 'g711Alaw64k');
  assert.equal(a.streams[0]?.send.name, 'PCMU', 'what another mode has left out comes back with capabilities only');
  b.session.tell(writeCapabilitySet(LOCAL), 0);
  settle(a, b);
  ask(4, 'g711Alaw64k');
  assert.equal(a.streams[0]?.send.name, 'PCMA');
  assert.equal(a.session.channels.own.length, 2);
  assert.deepEqual([a.told, b.told], [[], []]);
});

test('after a pause somebody else may be at the other end', () => {
  const [a, b] = talking();
  b.session.tell(EMPTY_CAPABILITY_SET, 0);
  settle(a, b);
  b.session.channels.closeAll(0);
  settle(a, b);
  assert.deepEqual(a.told, []);
  // Another room, elsewhere, which knows nothing of what was said before.
  const c = new Side(50, 35_000, { ...LOCAL, audio: LOCAL.audio.filter(({ name }) => name === 'PCMA') });
  c.begin();
  settle(a, c);
  assert.deepEqual(a.summary, [
    'audio sendrecv: PCMA/8 to 127.0.0.1:35000 and 35001, from PCMA/8',
    'main sendrecv: H264/97 to 127.0.0.1:35002 and 35003, from H264/97',
  ]);
  assert.deepEqual(c.summary, [
    'audio sendrecv: PCMA/8 to 127.0.0.1:20000 and 20001, from PCMA/8',
    'main sendrecv: H264/97 to 127.0.0.1:20002 and 20003, from H264/97',
  ]);
  assert.deepEqual([a.told, c.told], [[], []]);
});

test('we may pause, too: the other side stops and begins again', () => {
  const [a, b] = talking();
  a.session.tell(EMPTY_CAPABILITY_SET, 0);
  settle(a, b);
  assert.deepEqual(
    b.streams.map(({ direction }) => direction),
    ['recvonly', 'recvonly'],
  );
  assert.equal(a.session.channels.theirs.length, 0);
  a.session.tell(writeCapabilitySet(LOCAL), 0);
  settle(a, b);
  assert.equal(a.session.channels.theirs.length, 2);
  assert.deepEqual(
    [...a.streams, ...b.streams].map(({ direction }) => direction),
    ['sendrecv', 'sendrecv', 'sendrecv', 'sendrecv'],
  );
});

test('what a room sends and what it can receive are two things', () => {
  // It sends G.722 and H.264, and takes G.711 and no picture.
  const a = new Side(190, 20_000);
  const b = new Side(50, 30_000);
  a.begin();
  const narrow = LOCAL.audio.filter(({ name }) => name === 'PCMA' || name === 'telephone-event');
  b.session.start(writeCapabilitySet({ ...LOCAL, audio: narrow, video: [] }), 0);
  settle(a, b);
  assert.deepEqual(a.told, []);
  assert.equal(a.summary[0], 'audio sendrecv: PCMA/8 to 127.0.0.1:30000 and 30001, from PCMA/8');
  const [audio, picture] = a.streams;
  assert.deepEqual(
    audio?.receive.map(({ name, payloadType }) => `${name}/${payloadType}`),
    ['PCMA/8', 'G722/9'],
  );
  assert.equal(picture?.direction, 'recvonly');
  assert.equal(picture?.receive[0]?.name, 'H264');
  assert.deepEqual(
    a.session.channels.own.map(({ state }) => state),
    ['open'],
    'no picture is sent',
  );
  assert.equal(a.session.channels.theirs.length, 2);
});

test('a channel that is closed and opened again is the same medium', () => {
  const [a, b] = talking();
  const before = a.summary;
  for (let round = 0; round < 5; round++) {
    const old = b.session.channels.own.find(({ number }) => number === a.media.pictureChannel);
    assert.ok(old);
    // The room closes its picture and opens it anew under another number, as when its camera is changed.
    const opened = a.session.channels.theirs.find(({ number }) => number === old.number);
    old.close(0);
    settle(a, b);
    assert.equal(a.media.pictureChannel, undefined);
    assert.ok(opened);
    b.session.channels.open(opened.parameters, 0);
    settle(a, b);
    assert.notEqual(a.media.pictureChannel, old.number);
    assert.deepEqual(a.summary, before, `round ${round}`);
  }
  assert.equal(a.session.channels.theirs.length, 2);
});

test('each direction has its own bit rate', () => {
  const slow = new Side(50, 30_000, { ...LOCAL, videoBitRate: 384_000 });
  const [a, b] = talking(new Side(190, 20_000), slow);
  const rates = [a, b].map(({ streams }) =>
    streams.flatMap((stream) => (stream.kind === 'main' ? [stream.sendBitRate] : [])),
  );
  assert.deepEqual(rates, [[384_000], [384_000]], 'b is held to its own ceiling, a to what b takes');
  const opened = b.session.channels.theirs.flatMap(({ parameters }) => {
    const { dataType } = parameters.forwardLogicalChannelParameters;
    return dataType.type === 'videoData' && dataType.value.type === 'genericVideoCapability'
      ? [dataType.value.value.maxBitRate]
      : [];
  });
  assert.deepEqual(opened, [3840]);
});

test('of several descriptors the one with the lowest number is wanted most; one may come without a table', () => {
  const [a, b] = talking();
  const whole = writeCapabilitySet(LOCAL);
  const entries = whole.capabilityTable ?? [];
  const numberOf = (type: string) =>
    entries.find(({ capability }) => capability?.type === 'receiveAudioCapability' && capability.value.type === type)
      ?.capabilityTableEntryNumber ?? 0;
  const descriptor = (capabilityDescriptorNumber: number, type: string) => ({
    capabilityDescriptorNumber,
    simultaneousCapabilities: [[numberOf(type)]],
  });
  b.session.tell({ ...whole, capabilityDescriptors: [descriptor(7, 'g722-64k'), descriptor(2, 'g711Ulaw64k')] }, 0);
  settle(a, b);
  assert.deepEqual(
    a.streams.filter(({ direction }) => direction === 'sendrecv').map(({ send }) => send.name),
    ['PCMU'],
  );
  const { capabilityTable: _, multiplexCapability: __, ...rest } = whole;
  b.session.tell({ ...rest, capabilityDescriptors: [descriptor(1, 'g711Alaw64k')] }, 0);
  settle(a, b);
  assert.deepEqual(
    a.streams.filter(({ direction }) => direction === 'sendrecv').map(({ send }) => send.name),
    ['PCMA'],
  );
});

test('no channel is opened before the other side has told its capabilities, however early it takes ours', () => {
  const room = new ScriptedRoom();
  room.ours.begin();
  room.say(
    response('terminalCapabilitySetAck', { sequenceNumber: 1 }),
    request('masterSlaveDetermination', { terminalType: 50, statusDeterminationNumber: 9 }),
    response('masterSlaveDeterminationAck', { decision: { type: 'master', value: null } }),
  );
  assert.equal(room.ours.session.isEstablished, false);
  room.say(request('terminalCapabilitySet', { ...writeCapabilitySet(LOCAL), sequenceNumber: 1 }));
  assert.equal(room.ours.session.isEstablished, true);
  assert.equal(room.waiting.length, 2);
});
