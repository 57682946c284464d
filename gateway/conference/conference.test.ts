import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANNOUNCE_INTERVAL } from './announcer.ts';
import type { Conference, ConferenceOptions } from './conference.ts';
import { exampleConference } from './example-conference.ts';
import { ExampleParty, roomPlan } from './example-parties.ts';
import type { Lesson } from './lesson.ts';

function conference(changes: Partial<ConferenceOptions> = {}) {
  const ended: string[] = [];
  const digits: string[] = [];
  const { conference: made, engine } = exampleConference({
    classes: [
      { code: '1001', title: 'Mathematics' },
      { code: '1002', title: 'Music' },
    ],
    maximumParties: 3,
    ports: { from: 20_000, to: 20_007 },
    onEnded: (protocol, reason) => ended.push(`${protocol} ${reason}`),
    onDigit: (party, digit, method) => digits.push(`${party.id} ${digit} ${method}`),
    ...changes,
  });
  return { made, engine, ended, digits };
}

/** Brings a party into the lesson of a class and gives that lesson. */
function enter(made: Conference, party: ExampleParty, code = '1001'): Lesson {
  assert.equal(
    made.enter(code, () => party),
    party,
  );
  const lesson = made.lessons.find(({ id }) => id === code);
  assert.ok(lesson);
  return lesson;
}

test('who knows a class code gets in until the lesson is full; other codes are unknown', () => {
  const { made } = conference();
  const nobody = () => assert.fail('nobody gets in');
  for (const code of ['9999', '']) {
    assert.equal(made.refusal(code), 'unknown-class');
    assert.equal(made.enter(code, nobody), 'unknown-class');
    assert.deepEqual(made.parties(code), []);
  }
  assert.equal(made.refusal('1001'), undefined);
  assert.deepEqual(made.lessons, [], 'asking opens nothing');
  for (const id of ['a', 'b', 'c']) {
    assert.equal(made.isFull('1001'), false);
    enter(made, new ExampleParty(id));
  }
  assert.equal(made.isFull('1001'), true);
  assert.equal(made.refusal('1001'), 'capacity');
  assert.equal(made.enter('1001', nobody), 'capacity');
  assert.deepEqual(
    made.parties('1001').map(({ id }) => id),
    ['a', 'b', 'c'],
  );
  assert.equal(enter(made, new ExampleParty('d'), '1002').title, 'Music');
});

test('a class has one lesson, and who enters is told which', () => {
  const { made } = conference();
  const told: Lesson[] = [];
  for (const id of ['a', 'b']) {
    made.enter('1001', (lesson) => {
      told.push(lesson);
      return new ExampleParty(id);
    });
  }
  assert.equal(told[0], told[1]);
  assert.deepEqual(made.lessons, [told[0]]);
});

test('the machine is asked of newcomers alone, and hears of the lesson where there is one', () => {
  const asked: (Lesson | undefined)[] = [];
  let carries = true;
  const decide = (lesson: Lesson | undefined) => {
    asked.push(lesson);
    return carries ? undefined : ('processor' as const);
  };
  const { made } = conference({ admission: { decide } });
  const newcomer = { protocol: 'sip', picture: true, returns: false } as const;
  const lesson = enter(made, new ExampleParty('a'));
  assert.deepEqual(asked, []);
  assert.equal(made.refusal('1002', newcomer), undefined);
  carries = false;
  assert.equal(made.refusal('1001', newcomer), 'capacity');
  assert.equal(
    made.enter('1001', () => new ExampleParty('b'), newcomer),
    'capacity',
  );
  assert.deepEqual(asked, [undefined, lesson, lesson]);
  assert.equal(made.isFull('1001'), false);
  enter(made, new ExampleParty('b'));
});

test('everybody hears of who comes and goes; the last one closes the lesson', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { made, engine, ended } = conference();
  const [a, b] = [new ExampleParty('a', roomPlan(20_000)), new ExampleParty('b', roomPlan(20_004))];
  const lesson = enter(made, a);
  enter(made, b);
  context.mock.timers.tick(ANNOUNCE_INTERVAL);
  assert.deepEqual(a.told, ['changed', 'changed']);
  made.leave(lesson, b, 'remote-hangup');
  made.leave(lesson, b, 'remote-hangup');
  context.mock.timers.tick(ANNOUNCE_INTERVAL);
  assert.deepEqual(a.told, ['changed', 'changed', 'changed']);
  assert.deepEqual(ended, ['sip remote-hangup'], 'counted once');
  assert.deepEqual(
    engine.last?.legs.map(({ id }) => id),
    ['a'],
  );
  made.leave(lesson, a, 'local-hangup');
  assert.deepEqual(made.lessons, []);
  assert.deepEqual(engine.last?.views, []);
  assert.notEqual(enter(made, new ExampleParty('c')), lesson, 'the next one is another lesson');
});

test('states are numbered upwards', async () => {
  const { made, engine } = conference();
  await made.commit();
  await made.commit();
  assert.deepEqual(
    engine.applied.map(({ number }) => number),
    [1, 2],
  );
});

test('ports are held in pairs, given back, and refused when there are none', async () => {
  const { made } = conference();
  const party = new ExampleParty('a');
  const planned: number[][] = [];
  const plan = (ports: readonly number[]) => planned.push([...ports]);
  const first = await made.holdPorts(party, 2, plan);
  const second = await made.holdPorts(party, 2, plan);
  assert.deepEqual(first?.numbers, [20_000, 20_002]);
  assert.deepEqual(second?.numbers, [20_004, 20_006]);
  assert.equal(await made.holdPorts(party, 1, plan), undefined);
  first?.release();
  first?.release();
  assert.deepEqual((await made.holdPorts(party, 2, plan))?.numbers, [20_000, 20_002]);
  assert.equal(await made.holdPorts(party, 1, plan), undefined, 'given back once only');
  assert.equal(planned.length, 3);
});

test('where another program holds a port others are tried, and the first ones are given back', async () => {
  const { made, engine } = conference({ ports: { from: 20_000, to: 20_015 } });
  engine.taken.add(20_002);
  const party = new ExampleParty('a');
  enter(made, party);
  const held = await made.holdPorts(party, 2, (ports) => {
    party.plan = roomPlan(ports[0] ?? 0);
  });
  assert.deepEqual(held?.numbers, [20_004, 20_006]);
  held?.release();
  for (const port of [20_000, 20_002, 20_004, 20_006, 20_008, 20_010]) {
    engine.taken.add(port);
  }
  engine.taken.add(20_012);
  assert.equal(
    await made.holdPorts(party, 2, (ports) => {
      party.plan = roomPlan(ports[0] ?? 0);
    }),
    undefined,
    'it gives up some time',
  );
  engine.taken.clear();
  assert.ok(await made.holdPorts(new ExampleParty('b'), 8, () => undefined), 'nothing was kept');
});

test('when the engine dies under a joining party its ports are given back', async () => {
  const { made, engine } = conference();
  engine.dead = true;
  for (let attempt = 0; attempt < 4; attempt++) {
    await assert.rejects(
      made.holdPorts(new ExampleParty('a'), 2, () => undefined),
      /engine/,
    );
  }
  engine.dead = false;
  assert.ok(await made.holdPorts(new ExampleParty('a'), 4, () => undefined));
});

test('a party that leaves while the engine is dead leaves all the same', async () => {
  const { made, engine } = conference();
  const party = new ExampleParty('a');
  const lesson = enter(made, party);
  engine.dead = true;
  made.leave(lesson, party, 'remote-hangup');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(made.lessons, []);
});

test('the engine’s wish for a key frame and its digits reach the party they are of', () => {
  const { made, engine, digits } = conference();
  const party = new ExampleParty('a');
  enter(made, party);
  engine.emit('key-frame-wanted', 'a');
  engine.emit('key-frame-wanted', 'nobody');
  engine.emit('dtmf', 'a', '5', 'rfc4733');
  engine.emit('dtmf', 'nobody', '5', 'rfc4733');
  made.digit(party, '5', 'info');
  assert.deepEqual(party.told, ['changed', 'key-frame']);
  assert.deepEqual(digits, ['a 5 rfc4733']);
  made.giveKeyFrame(party);
  assert.deepEqual(engine.keyFrames, ['a']);
});

test('when the service closes everybody is ended and nobody gets in any more', () => {
  const { made } = conference();
  const party = new ExampleParty('a');
  enter(made, party);
  made.close();
  assert.equal(party.told.at(-1), 'end shutdown');
  assert.equal(made.refusal('1002'), 'shutdown');
  assert.equal(
    made.enter('1002', () => new ExampleParty('b')),
    'shutdown',
  );
});

test('a lesson whose media server is not there refuses browsers and keeps its rooms', async () => {
  const { made } = conference();
  const lesson = enter(made, new ExampleParty('a'));
  await assert.rejects(made.browserSide(lesson), /media server/);
  await assert.rejects(made.browserSide(lesson), /media server/, 'it is tried anew');
  assert.equal(lesson.browserSide, undefined);
  made.closeBrowserSides();
  assert.equal(made.lessons.length, 1);
});

test('legs that another engine finds no ports for are tried again', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { made, engine } = conference();
  enter(made, new ExampleParty('a', roomPlan(20_000)));
  engine.emit('restarted', 'died');
  engine.emit('unbound', ['a']);
  const { length } = engine.applied;
  context.mock.timers.tick(1000);
  assert.equal(engine.applied.length, length + 1);
});
