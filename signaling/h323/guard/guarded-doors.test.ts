import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { exampleApplication, ROOM_CAPABILITIES, until } from '../application/example-application.ts';
import type { H323Application } from '../application/h323-application.ts';
import { AnsweringParty } from '../captured/answering-party.ts';
import { exampleEndpoint, exampleGatekeeper } from '../ras/example-services.ts';
import type { GatekeeperService } from '../ras/gatekeeper/gatekeeper-service.ts';
import { userWithPassword } from '../ras/security/ras-user.ts';
import { H323Guard } from './h323-guard.ts';

const HERE = '127.0.0.1';
const STRANGER = '127.0.0.66';
const ROOM = '127.0.0.9';
const CLASS = '1001';
const BURST = 3;

let guard: H323Guard;
/** ms by which the guard's clock is ahead. */
let ahead = 0;
let ours: H323Application;
let gatekeeper: GatekeeperService;
let closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  ahead = 0;
  const allowance = { burst: BURST, rate: 0.01 };
  guard = new H323Guard({ allowance, banTime: 60_000, never: [], now: () => performance.now() + ahead });
  ours = exampleApplication({ listen: { address: HERE, port: 0 }, guard });
  gatekeeper = exampleGatekeeper({ users: [userWithPassword('room', 'secret')], guard });
  guard.protect({
    stands: (source) =>
      ours.isInCallWith(source) || gatekeeper.registrations().some(({ sourceAddress }) => sourceAddress === source),
    close: (source) => ours.closeFrom(source),
  });
  let port = 41_000;
  ours.on('call', (call) => {
    if (call.target !== CLASS) {
      call.end('unknown-class');
      return;
    }
    port += 4;
    new AnsweringParty(call, ROOM_CAPABILITIES, port).join().catch(() => undefined);
  });
  await ours.start();
  await gatekeeper.start();
  closing = [() => ours.close(), () => gatekeeper.close()];
});

afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
});

/** Connects, sends something, and waits until the connection is closed: whether anything came back. */
async function knock(from: string, octets: string): Promise<void> {
  const { address, port } = ours.address;
  const socket = connect({ host: address, port, localAddress: from });
  socket.on('error', () => undefined);
  socket.on('connect', () => socket.write(octets));
  socket.resume();
  await once(socket, 'close');
}

/** A room at an address. */
async function roomAt(address: string, tunnelling = true): Promise<H323Application> {
  const room = exampleApplication({ listen: { address, port: 0 }, tunnelling });
  await room.start();
  closing.push(() => room.close());
  return room;
}

/** Calls us, and answers as a room does; resolves to its party when the call is up or over. */
async function call(room: H323Application, target: string): Promise<AnsweringParty> {
  const made = await room.dial({ address: ours.address, alias: target, target, displayName: 'Room' });
  const party = new AnsweringParty(made, ROOM_CAPABILITIES, 42_000);
  party.join().catch(() => undefined);
  await until('it is answered or over', () => party.answered || party.ends.length > 0);
  return party;
}

test('who sends garbage to the port of calls is banned: his connections are closed, others’ are not', async () => {
  for (let times = 0; times <= BURST; times++) {
    await knock(STRANGER, 'GET / HTTP/1.1\r\n\r\n');
  }
  assert.deepEqual(
    guard.bans().map(({ source }) => source),
    [STRANGER],
  );
  await knock(STRANGER, '');
  assert.equal(guard.dropped.get('connection'), 1);
  const party = await call(await roomAt(ROOM), CLASS);
  assert.equal(party.answered, true);
  party.call.end('local-hangup');
});

test('who calls classes that are not there is banned, and gets in when the ban is lifted', async () => {
  const room = await roomAt(STRANGER);
  for (let times = 0; times <= BURST; times++) {
    const refused = await call(room, `90${times}`);
    assert.equal(refused.answered, false);
  }
  await until('it is banned', () => guard.bans().length === 1);
  const outside = await call(room, CLASS);
  assert.equal(outside.answered, false);
  assert.equal(guard.lift(STRANGER), true);
  const inside = await call(room, CLASS);
  assert.equal(inside.answered, true);
  inside.call.end('local-hangup');
});

test('a connection that says nothing costs a little', async () => {
  for (let times = 0; times < 4 * BURST; times++) {
    const { address, port } = ours.address;
    const socket = connect({ host: address, port, localAddress: STRANGER });
    await once(socket, 'connect');
    socket.destroy();
    await until('it is gone', () => ours.connections === 0);
  }
  await knock(STRANGER, 'x');
  await until('it is banned', () => guard.bans().length === 1);
});

test('an address with a room in a call is not banned: the call goes on, and nothing new comes in', async () => {
  const party = await call(await roomAt(ROOM), CLASS);
  assert.equal(party.answered, true);
  // Its call allows ten times as much.
  for (let times = 0; times <= 10 * BURST; times++) {
    await knock(ROOM, 'garbage');
  }
  assert.deepEqual(guard.bans(), []);
  await knock(ROOM, '');
  assert.ok((guard.dropped.get('connection') ?? 0) > 0);
  assert.deepEqual([party.ends, ours.calls], [[], 1]);
  party.call.end('local-hangup');
  await until('its call is over', () => ours.calls === 0);
  // A second later it is looked at again.
  ahead = 1000;
  await knock(ROOM, '');
  assert.equal(guard.bans().length, 1);
});

test('an address that we call is not banned before it answers: the call would be cut', async () => {
  const room = await roomAt(ROOM);
  let calls = 0;
  room.on('call', () => {
    calls += 1;
  });
  const made = await ours.dial({ address: room.address, alias: 'room', target: CLASS, displayName: 'School' });
  const party = new AnsweringParty(made, ROOM_CAPABILITIES, 42_000);
  party.join().catch(() => undefined);
  await until('it rings', () => calls === 1);
  for (let times = 0; times <= 2 * BURST; times++) {
    await knock(ROOM, 'garbage');
  }
  assert.deepEqual([guard.bans(), party.ends], [[], []]);
  made.end('local-hangup');
});

for (const tunnelling of [true, false]) {
  const kind = tunnelling ? 'in the tunnel' : 'on a connection of its own';
  test(`a banned room that we call is heard, H.245 ${kind}; it stays banned for calls of its own`, async () => {
    const room = await roomAt(ROOM, tunnelling);
    const answering: AnsweringParty[] = [];
    room.on('call', (arrived) => {
      const party = new AnsweringParty(arrived, ROOM_CAPABILITIES, 43_000);
      answering.push(party);
      party.join().catch(() => undefined);
    });
    for (let times = 0; times <= BURST; times++) {
      await knock(ROOM, 'garbage');
    }
    const banned = () => guard.bans().map(({ source }) => source);
    assert.deepEqual(banned(), [ROOM]);
    const made = await ours.dial({ address: room.address, alias: 'room', target: CLASS, displayName: 'School' });
    const party = new AnsweringParty(made, ROOM_CAPABILITIES, 42_000);
    party.join().catch(() => undefined);
    await until('there are channels', () => party.answered && party.summary.length === 2);
    const [there] = answering;
    assert.ok(there);
    await until('the room may ask for pictures', () => {
      there.call.requestKeyFrame();
      return party.keyFrames > 0;
    });
    assert.deepEqual([party.ends, guard.dropped.get('call'), banned()], [[], 0, [ROOM]]);
    const again = await call(room, CLASS);
    assert.equal(again.answered, false);
    assert.deepEqual(party.ends, []);
    there.call.end('local-hangup');
    await until('we hear its end', () => party.ends.length === 1);
    assert.deepEqual(party.ends, ['remote-hangup']);
  });
}

test('who registers with wrong passwords or sends garbage is banned: what he sends is not read', async () => {
  const endpoint = exampleEndpoint({
    listen: { address: STRANGER, port: 0 },
    gatekeepers: [gatekeeper.address],
    aliases: [{ type: 'h323-ID', value: 'room' }],
    user: userWithPassword('room', 'wrong'),
  });
  await endpoint.start();
  closing.push(() => endpoint.close());
  const socket = createSocket('udp4');
  socket.bind(0, STRANGER);
  await once(socket, 'listening');
  const { address, port } = gatekeeper.address;
  for (let times = 0; times < 2 * BURST; times++) {
    socket.send(Buffer.from([0xff, times]), port, address);
  }
  await until('it is banned', () => guard.bans().length === 1);
  await until('what it sends is dropped', () => (guard.dropped.get('datagram') ?? 0) > 0);
  socket.close();
  assert.deepEqual(gatekeeper.registrations(), []);
  // It may be another who sends under this address: its calls come in.
  const party = await call(await roomAt(STRANGER), CLASS);
  assert.equal(party.answered, true);
  party.call.end('local-hangup');
});

test('a registered room is heard though its address has spent all', async () => {
  const endpoint = exampleEndpoint({
    listen: { address: ROOM, port: 0 },
    gatekeepers: [gatekeeper.address],
    aliases: [{ type: 'h323-ID', value: 'another' }],
  });
  await endpoint.start();
  closing.push(() => endpoint.close());
  await until('it is registered', () => gatekeeper.registrations().length === 1);
  for (let times = 0; times <= BURST + 1; times++) {
    await knock(ROOM, 'garbage');
  }
  assert.deepEqual(guard.bans(), []);
  assert.equal(guard.takesDatagram(ROOM), true);
  assert.equal(guard.takesConnection(ROOM), false);
});
