import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Logger, pino } from 'pino';
import { createOffer } from '#codecs/media/create-offer.ts';
import type { EndReason } from '#signaling/call/call.ts';
import { NO_RECORDER } from '../diagnosis/call-recorder.ts';
import { H323Reception } from '../h323/h323-reception.ts';
import { ExampleCall, ExampleExchange } from './example-call.ts';
import { exampleConference } from './example-conference.ts';
import { CAPABILITIES, ExampleParty } from './example-parties.ts';
import { RoomEntrance } from './room-entrance.ts';
import { SipReception } from './sip-reception.ts';

const silent: Logger = pino({ level: 'silent' });
const NEWCOMER = { protocol: 'sip', picture: true, returns: false } as const;

/** A conference of one class, and calls into it whose way the test finds when it likes. */
function entrance() {
  const events: string[] = [];
  const lines: string[] = [];
  let carries = true;
  const { conference, ended } = exampleConference({
    maximumParties: 2,
    admission: { decide: () => (carries ? undefined : 'processor') },
    onEntered: (_lesson, party) => events.push(`${party.id} entered`),
    recorder: {
      ...NO_RECORDER,
      began: (id) => events.push(`${id} recorded`),
      note: (id, text) => events.push(`${id} ${text}`),
      ended: (id, reason) => events.push(`${id} over: ${reason}`),
    },
  });
  const strangers = { line: (address: string) => lines.push(address) };
  const rooms = new RoomEntrance<ExampleCall>({
    conference,
    strangers,
    log: silent,
    joined: (call) => events.push(`${call.id} joined`),
  });
  const dial = (id: string) => {
    const call = new ExampleCall(new ExampleExchange(offer()), id);
    let found: (made: ExampleCall | EndReason) => void = () => undefined;
    let lost: (error: Error) => void = () => undefined;
    const way = new Promise<ExampleCall | EndReason>((resolve, reject) => {
      found = resolve;
      lost = reject;
    });
    const dialled = rooms.dial('1001', NEWCOMER, {
      make: () => way,
      entered: (made) => events.push(`${made.id} dialled`),
    });
    dialled.catch(() => undefined);
    return { call, dialled, found: (made: ExampleCall | EndReason = call) => found(made), lost };
  };
  /** Who is in which lesson. */
  const inLessons = () => conference.lessons.map(({ parties }) => parties.map(({ id }) => id));
  const fill = () => {
    carries = false;
  };
  return { conference, rooms, dial, inLessons, ended, events, lines, fill, strangers };
}

function offer() {
  const transport = { audio: { address: '192.0.2.9', port: 4000 }, main: { address: '192.0.2.9', port: 4002 } };
  return createOffer(CAPABILITIES, transport, { origin: { sessionId: '1', version: '1' } });
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('two rooms that are called at once into an empty class are in one lesson, whoever is reached first', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const { dial, inLessons, ended } = entrance();
    const dialling = [dial('a'), dial('b')];
    assert.deepEqual(inLessons(), [], 'a lesson begins with who is in it');
    for (const index of order) {
      dialling[index]?.found();
      await turn();
    }
    assert.deepEqual(inLessons(), [order.map((index) => ['a', 'b'][index])]);
    assert.deepEqual(
      await Promise.all(dialling.map(({ dialled }) => dialled)),
      dialling.map(({ call }) => call),
    );
    for (const { call } of dialling) {
      call.hangUp();
    }
    assert.deepEqual(inLessons(), []);
    assert.deepEqual(ended, ['remote-hangup', 'remote-hangup']);
  }
});

test('a room called by SIP and one called by H.323 at once are in one lesson', async () => {
  const { conference, inLessons, strangers } = entrance();
  const calls = ['sip', 'h323'].map((id) => new ExampleCall(new ExampleExchange(offer()), id));
  const [bySip, byH323] = calls;
  assert.ok(bySip && byH323);
  const witnessed: string[] = [];
  const sip = new SipReception({
    conference,
    sip: { dial: async () => bySip },
    patience: 20_000,
    strangers,
    log: silent,
    dialled: (call, { uri }) => witnessed.push(`${call.id} ${uri}`),
  });
  const h323 = new H323Reception({
    conference,
    application: { dial: async () => byH323 },
    endGhosts: () => false,
    strangers,
    addressOf: () => undefined,
    witness: {
      taken: () => undefined,
      joined: () => undefined,
      dialled: (call, uri) => witnessed.push(`${call.id} ${uri}`),
    },
    log: silent,
  });
  const wish = { target: '1001', displayName: 'Mathematics' };
  const dialled = await Promise.all([
    sip.dial({ uri: 'sip:a@192.0.2.9', ...wish }),
    h323.dial({ address: undefined, alias: 'b', ...wish }, { uri: 'h323:b@192.0.2.9', returns: false }),
  ]);
  assert.deepEqual(dialled, calls);
  assert.deepEqual(inLessons(), [['sip', 'h323']]);
  assert.deepEqual(witnessed, ['sip sip:a@192.0.2.9', 'h323 h323:b@192.0.2.9']);
});

test('a lesson that ends while a room is called is followed by another one', async () => {
  const { conference, dial, inLessons } = entrance();
  conference.enter('1001', () => new ExampleParty('early'));
  const [before] = conference.lessons;
  assert.ok(before);
  const { call, dialled, found } = dial('late');
  for (const party of before.parties) {
    conference.leave(before, party, 'remote-hangup');
  }
  assert.deepEqual(inLessons(), []);
  found();
  assert.equal(await dialled, call);
  assert.deepEqual(inLessons(), [['late']]);
  assert.notEqual(conference.lessons[0], before);
  assert.deepEqual(before.parties, []);
});

test('where the class becomes full while a room is called, or the service stops, the call is given up', async () => {
  for (const reason of ['capacity', 'shutdown'] as const) {
    const { conference, dial, inLessons, events, ended } = entrance();
    const { call, dialled, found } = dial('late');
    const reasons: EndReason[] = [];
    call.once('ended', (given) => reasons.push(given));
    for (const id of reason === 'capacity' ? ['a', 'b'] : []) {
      conference.enter('1001', () => new ExampleParty(id));
    }
    if (reason === 'shutdown') {
      conference.drain();
    }
    found();
    assert.equal(await dialled, reason);
    assert.deepEqual(reasons, [reason]);
    assert.equal(call.invitation.sent, undefined, 'the room is not asked');
    assert.deepEqual(inLessons(), reason === 'capacity' ? [['a', 'b']] : []);
    assert.ok(!events.some((event) => event.startsWith('late')));
    assert.deepEqual(ended, []);
  }
});

test('nobody is called where nobody gets in, and nothing stays of a call that is not made', async () => {
  const full = entrance();
  for (const id of ['a', 'b']) {
    full.conference.enter('1001', () => new ExampleParty(id));
  }
  const make = () => assert.fail('nobody is called');
  assert.equal(await full.rooms.dial('1001', NEWCOMER, { make, entered: () => undefined }), 'capacity');
  assert.equal(await full.rooms.dial('9', NEWCOMER, { make, entered: () => undefined }), 'unknown-class');
  const { dial, inLessons, events } = entrance();
  const [refused, lost] = [dial('a'), dial('b')];
  refused.found('busy');
  lost.lost(new Error('no route'));
  assert.equal(await refused.dialled, 'busy');
  await assert.rejects(lost.dialled, /no route/);
  assert.deepEqual(inLessons(), []);
  assert.deepEqual(events, []);
});

test('a call of which nobody can be told is given up: its room is in no lesson, and the next one gets in', async () => {
  const { rooms, inLessons, ended, events } = entrance();
  const [call, next] = ['a', 'b'].map((id) => new ExampleCall(new ExampleExchange(offer()), id));
  assert.ok(call && next);
  const reasons: EndReason[] = [];
  call.once('ended', (given) => reasons.push(given));
  const failing = {
    make: async () => call,
    entered: () => {
      throw new Error('no journal');
    },
  };
  await assert.rejects(rooms.dial('1001', NEWCOMER, failing), /no journal/);
  assert.deepEqual([inLessons(), ended, reasons], [[], ['internal-error'], ['internal-error']]);
  assert.ok(events.includes('a over: internal-error'));
  assert.equal(call.invitation.sent, undefined, 'the room is not asked');
  await rooms.dial('1001', NEWCOMER, { make: async () => next, entered: () => undefined });
  assert.deepEqual(inLessons(), [['b']]);
});

test('the machine is asked before a room is called, and not again when it is reached', async () => {
  const { dial, inLessons, fill } = entrance();
  const { dialled, call, found } = dial('a');
  fill();
  found();
  assert.equal(await dialled, call);
  assert.equal(await dial('b').dialled, 'capacity');
  assert.deepEqual(inLessons(), [['a']]);
});

test('what a called room does is told in order: it is in its lesson before it is recorded, dialled and joined', async () => {
  const { dial, events } = entrance();
  const { call, found } = dial('a');
  found();
  await turn();
  call.hangUp();
  assert.deepEqual(
    events.filter((event) => !event.includes('ports')),
    ['a entered', 'a recorded', 'a dialled', 'a joined', 'a over: remote-hangup', 'a over: remote-hangup'],
  );
});

test('a room that calls enters where it is admitted, and hears why where it is not', async () => {
  const { conference, rooms, inLessons, ended, events, lines } = entrance();
  const [first, second, third] = ['a', 'b', 'c'].map((id) => new ExampleCall(new ExampleExchange(offer()), id));
  assert.ok(first && second && third);
  for (const call of [first, second]) {
    assert.equal(rooms.admits(call, NEWCOMER), true);
    rooms.enter(call);
  }
  await turn();
  assert.ok(first.invitation.sent, 'answered');
  assert.equal(rooms.admits(third, NEWCOMER), false);
  assert.equal(third.invitation.refused, 'capacity');
  assert.deepEqual([ended, lines, events.at(-1)], [['capacity'], ['192.0.2.9'], 'c refused: capacity']);
  rooms.enter(third);
  assert.deepEqual(inLessons(), [['a', 'b']], 'who enters unasked is not let in either');
  conference.close();
  assert.deepEqual(inLessons(), []);
});
