import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { EndReason } from '#signaling/call/call.ts';
import { FaultError } from './fault-error.ts';
import { FAULTS, type Fault, type Joined, type Request, serverMessageSchema } from './protocol.ts';
import { type SessionSocket, WebrtcSession } from './session.ts';
import type { SessionHandler } from './session-handler.ts';

const transport = { id: 't', iceParameters: {}, iceCandidates: [], dtlsParameters: {} };
const joined: Joined = { party: 'p1', title: 'Maths', routerRtpCapabilities: {}, send: transport, receive: transport };

class FakeSocket implements SessionSocket {
  readonly sent: unknown[] = [];
  pings = 0;
  closedWith: number | undefined;
  terminated = false;
  bufferedAmount = 0;
  send(text: string) {
    this.sent.push(serverMessageSchema.parse(JSON.parse(text)));
  }
  ping() {
    this.pings += 1;
  }
  close(code: number) {
    this.closedWith = code;
  }
  terminate() {
    this.terminated = true;
  }
}

function setUp(overrides: Partial<SessionHandler> = {}) {
  const socket = new FakeSocket();
  const clock = { now: 1_000 };
  const calls: string[] = [];
  const reasons: EndReason[] = [];
  const errors: object[] = [];
  const note = (name: string) => async () => {
    calls.push(name);
  };
  const handler: SessionHandler = {
    join: async (request) => {
      calls.push(`join ${request.code}`);
      return joined;
    },
    ready: note('ready'),
    connect: note('connect'),
    produce: async (request) => {
      calls.push(`produce ${request.kind}`);
      return { producer: 'x' };
    },
    resume: note('resume'),
    mute: note('mute'),
    reception: note('reception'),
    leave: note('leave'),
    ...overrides,
  };
  const log = { warn: () => {}, error: (fields: object) => errors.push(fields) };
  const session = new WebrtcSession({ socket, handler: () => handler, now: () => clock.now, log });
  session.on('ended', (reason) => reasons.push(reason));
  let id = 0;
  const ask = async (request: Request | object) => {
    session.receive(JSON.stringify({ id: ++id, request }));
    await turn();
    return socket.sent.at(-1);
  };
  return { socket, clock, calls, reasons, errors, session, ask };
}

const join = { type: 'join', version: 1, code: '7B', name: 'Wang', reception: 'mix' };
const produce = { type: 'produce', kind: 'audio', rtpParameters: {} };

test('the usual course: join, ready, produce before connect, mute, leave', async () => {
  const { ask, calls, socket, reasons, session } = setUp();
  assert.deepEqual(await ask(join), { id: 1, ok: true, data: joined });
  assert.equal(session.joined, true);
  assert.deepEqual(await ask({ type: 'ready', rtpCapabilities: {} }), { id: 2, ok: true });
  assert.deepEqual(await ask(produce), { id: 3, ok: true, data: { producer: 'x' } });
  await ask({ type: 'connect', transport: 't', dtlsParameters: {} });
  await ask({ type: 'resume', consumer: 'c' });
  await ask({ type: 'mute', kind: 'audio', muted: true });
  await ask({ type: 'reception', reception: 'sources' });
  assert.deepEqual(await ask({ type: 'leave' }), { id: 8, ok: true });
  assert.deepEqual(calls, ['join 7B', 'ready', 'produce audio', 'connect', 'resume', 'mute', 'reception', 'leave']);
  assert.deepEqual(reasons, ['remote-hangup']);
  assert.equal(socket.closedWith, 1000);
});

test('nothing but join comes first, and join comes once', async () => {
  const { ask, calls } = setUp();
  assert.deepEqual(await ask(produce), { id: 1, ok: false, fault: 'out-of-order' });
  await ask(join);
  assert.deepEqual(await ask(join), { id: 3, ok: false, fault: 'out-of-order' });
  assert.deepEqual(calls, ['join 7B']);
});

test('requests are served one at a time, in their order', async () => {
  const gate = Promise.withResolvers<Joined>();
  const { session, calls, socket } = setUp({ join: () => gate.promise });
  session.receive(JSON.stringify({ id: 1, request: join }));
  session.receive(JSON.stringify({ id: 2, request: produce }));
  await turn();
  assert.deepEqual(calls, []);
  gate.resolve(joined);
  await turn();
  assert.deepEqual(calls, ['produce audio']);
  assert.equal(socket.sent.length, 2);
});

test('a refused join may be tried again with another code, three times in all', async () => {
  const { ask, socket, reasons } = setUp({ join: async () => 'unknown-class' });
  assert.deepEqual(await ask(join), { id: 1, ok: false, fault: 'unknown-class' });
  assert.deepEqual(await ask(join), { id: 2, ok: false, fault: 'unknown-class' });
  assert.deepEqual(reasons, []);
  assert.deepEqual(await ask(join), { notice: { type: 'ended', fault: 'unknown-class' } });
  assert.deepEqual(reasons, ['unknown-class']);
  assert.equal(socket.closedWith, 1008);
});

test('a FaultError is answered with its fault; anything else with internal-error, logged', async () => {
  const { ask, errors } = setUp({
    produce: async () => {
      throw new FaultError('media-failed');
    },
    ready: async () => {
      throw new Error('boom');
    },
  });
  await ask(join);
  assert.deepEqual(await ask(produce), { id: 2, ok: false, fault: 'media-failed' });
  assert.equal(errors.length, 0);
  assert.deepEqual(await ask({ type: 'ready', rtpCapabilities: {} }), { id: 3, ok: false, fault: 'internal-error' });
  assert.equal(errors.length, 1);
});

test('three bad requests in a row end the session; a good one between them forgives', async () => {
  const { ask, socket, reasons } = setUp();
  await ask({ type: 'fly' });
  await ask({ type: 'fly' });
  await ask(join);
  await ask({ type: 'fly' });
  await ask({ type: 'fly' });
  assert.deepEqual(reasons, []);
  assert.deepEqual(await ask({ type: 'fly' }), { notice: { type: 'ended', fault: 'bad-request' } });
  assert.equal(socket.closedWith, 1008);
  assert.deepEqual(reasons, ['bad-request']);
});

test('unparsable and binary messages end the session at once', () => {
  for (const text of ['{', undefined]) {
    const { session, socket, reasons } = setUp();
    session.receive(text);
    assert.equal(socket.closedWith, 1008);
    assert.deepEqual(reasons, ['bad-request']);
  }
});

test('a flood ends the session: 200 at once pass, the next does not', async () => {
  const { session, ask, reasons } = setUp();
  await ask(join);
  for (let id = 0; id < 199; id++) {
    session.receive(JSON.stringify({ id, request: { type: 'resume', consumer: 'c' } }));
    if (id % 50 === 0) await turn();
  }
  assert.deepEqual(reasons, []);
  session.receive(JSON.stringify({ id: 999, request: { type: 'resume', consumer: 'c' } }));
  assert.deepEqual(reasons, ['bad-request']);
});

test('a page that never reads is dropped', async () => {
  const { session, socket, reasons } = setUp();
  socket.bufferedAmount = 5_000_000;
  session.notify({ type: 'parties', parties: [] });
  assert.equal(socket.sent.length, 0);
  assert.equal(socket.terminated, true);
  assert.deepEqual(reasons, ['connection-lost']);
});

test('pings every five seconds, dead after fifteen of silence', async () => {
  const { session, ask, clock, socket, reasons } = setUp();
  await ask(join);
  for (let i = 0; i < 14; i++) {
    clock.now += 1_000;
    session.tick();
  }
  assert.equal(socket.pings, 2);
  session.pong();
  for (let i = 0; i < 14; i++) {
    clock.now += 1_000;
    session.tick();
  }
  assert.deepEqual(reasons, []);
  clock.now += 1_000;
  session.tick();
  assert.deepEqual(reasons, ['connection-lost']);
  assert.equal(socket.terminated, true);
});

test('who does not join in ten seconds is sent away; a join under way counts', async () => {
  const idle = setUp();
  idle.clock.now += 10_000;
  idle.session.tick();
  assert.deepEqual(idle.reasons, ['signalling-timeout']);
  assert.equal(idle.socket.closedWith, 1008);

  const slow = setUp({ join: () => new Promise(() => {}) });
  await slow.ask(join);
  slow.clock.now += 10_000;
  slow.session.pong();
  slow.session.tick();
  assert.deepEqual(slow.reasons, []);
});

test('every fault ends a session with its reason, once', () => {
  const expected: Record<Fault, EndReason> = {
    'bad-request': 'bad-request',
    'wrong-version': 'bad-request',
    'out-of-order': 'bad-request',
    'unknown-class': 'unknown-class',
    'lesson-full': 'capacity',
    'no-capacity': 'capacity',
    'media-failed': 'media-timeout',
    'internal-error': 'internal-error',
    shutdown: 'shutdown',
    'lesson-over': 'local-hangup',
  };
  for (const fault of FAULTS) {
    const { session, socket, reasons } = setUp();
    session.end(fault);
    session.end('shutdown');
    session.closed(1006);
    assert.deepEqual(reasons, [expected[fault]]);
    assert.deepEqual(socket.sent, [{ notice: { type: 'ended', fault } }]);
  }
});

test('a closed tab is a hang-up, a broken line a lost connection, and nothing is answered afterwards', async () => {
  for (const code of [1000, 1001, 1005]) {
    const tab = setUp();
    tab.session.closed(code);
    assert.deepEqual(tab.reasons, ['remote-hangup']);
  }

  const gate = Promise.withResolvers<Joined>();
  const line = setUp({ join: () => gate.promise });
  line.session.receive(JSON.stringify({ id: 1, request: join }));
  line.session.receive(JSON.stringify({ id: 2, request: produce }));
  line.session.closed(1006);
  gate.resolve(joined);
  await turn();
  assert.deepEqual(line.reasons, ['connection-lost']);
  assert.deepEqual(line.socket.sent, []);
  assert.deepEqual(line.calls, [], 'waiting requests are forgotten');
});
