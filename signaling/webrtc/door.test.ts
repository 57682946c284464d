import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { EndReason } from '#signaling/call/call.ts';
import { SignallingDoor, type SignallingDoorOptions } from './door.ts';
import type { Joined } from './protocol.ts';
import type { SessionHandler } from './session-handler.ts';

const transport = { id: 't', iceParameters: {}, iceCandidates: [], dtlsParameters: {} };
const joined: Joined = { party: 'p1', title: 'Maths', routerRtpCapabilities: {}, send: transport, receive: transport };
const nothing = async () => {};
const handler: SessionHandler = {
  join: async () => joined,
  ready: nothing,
  connect: nothing,
  produce: async () => ({ producer: 'x' }),
  resume: nothing,
  mute: nothing,
  reception: nothing,
  leave: nothing,
};
const join = { id: 1, request: { type: 'join', version: 1, code: '7B', name: 'Wang' } };

async function open(context: TestContext, options: Partial<SignallingDoorOptions> = {}) {
  const reasons: EndReason[] = [];
  const server = createServer();
  const door = new SignallingDoor({
    accept: (session) => {
      session.on('ended', (reason) => reasons.push(reason));
      return handler;
    },
    log: { warn: () => {}, error: () => {} },
    ...options,
  });
  door.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  context.after(() => {
    door.close();
    server.closeAllConnections();
    server.close();
  });
  const connect = (path = '/signal', headers: Record<string, string> = {}) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('error', () => {});
    context.after(() => socket.terminate());
    return socket;
  };
  return { door, connect, reasons, port };
}

/** The HTTP status with which a handshake was refused. */
async function refusal(socket: WebSocket): Promise<number> {
  const [, response] = await once(socket, 'unexpected-response');
  return response.statusCode;
}

async function until(condition: () => boolean) {
  const deadline = performance.now() + 3_000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, 'in time');
    await wait(5);
  }
}

test('a page of this host joins and is told when the door closes', async (context) => {
  const { door, connect, reasons, port } = await open(context);
  const socket = connect('/signal', { origin: `http://127.0.0.1:${port}` });
  await once(socket, 'open');
  socket.send(JSON.stringify(join));
  const [answer] = await once(socket, 'message');
  assert.deepEqual(JSON.parse(String(answer)), { id: 1, ok: true, data: joined });
  door.close();
  const [notice] = await once(socket, 'message');
  assert.deepEqual(JSON.parse(String(notice)), { notice: { type: 'ended', fault: 'shutdown' } });
  const [code] = await once(socket, 'close');
  assert.equal(code, 1001);
  assert.deepEqual(reasons, ['shutdown']);
  await until(() => door.connections === 0);
});

test('foreign pages, other paths and a closed door are refused', async (context) => {
  const { door, connect } = await open(context);
  assert.equal(await refusal(connect('/signal', { origin: 'https://evil.example' })), 403);
  assert.equal(await refusal(connect('/other')), 404);
  door.close();
  assert.equal(await refusal(connect()), 503);
  assert.equal(door.connections, 0);
});

test('bounds in all and per address; a place comes free when a page goes', async (context) => {
  const { door, connect } = await open(context, {
    maxConnections: 3,
    maxConnectionsPerAddress: 2,
    addressOf: (request) => String(request.headers['x-test']),
  });
  const first = connect('/signal', { 'x-test': '192.0.2.1' });
  await once(first, 'open');
  await once(connect('/signal', { 'x-test': '192.0.2.1' }), 'open');
  assert.equal(await refusal(connect('/signal', { 'x-test': '192.0.2.1' })), 429);
  await once(connect('/signal', { 'x-test': '192.0.2.2' }), 'open');
  assert.equal(await refusal(connect('/signal', { 'x-test': '192.0.2.3' })), 503);
  first.close();
  await until(() => door.connections === 2);
  await once(connect('/signal', { 'x-test': '192.0.2.1' }), 'open');
});

test('a handshake that is no WebSocket leaves no place taken', async (context) => {
  const { door, port } = await open(context);
  const response = await new Promise<string>((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/signal`, {
      headers: { 'sec-websocket-version': '7' },
      finishRequest: (request) => {
        request.setHeader('sec-websocket-version', '7');
        request.end();
      },
    });
    socket.on('error', () => {});
    socket.on('unexpected-response', (_request, answer) => resolve(String(answer.statusCode)));
    context.after(() => socket.terminate());
  });
  assert.match(response, /^4\d\d$/);
  await until(() => door.connections === 0);
});

test('a message over the bound and a binary one end the session', async (context) => {
  const { connect, reasons } = await open(context);
  const long = connect();
  await once(long, 'open');
  long.send('x'.repeat(70_000));
  assert.equal((await once(long, 'close'))[0], 1009);
  const binary = connect();
  await once(binary, 'open');
  binary.send(Buffer.from(JSON.stringify(join)));
  assert.equal((await once(binary, 'close'))[0], 1008);
  await until(() => reasons.length === 2);
  assert.deepEqual(reasons, ['bad-request', 'bad-request']);
});

test('a page that does not join in time is sent away', async (context) => {
  const { connect, reasons } = await open(context, { joinTimeout: 1 });
  const socket = connect();
  assert.equal((await once(socket, 'close'))[0], 1008);
  assert.deepEqual(reasons, ['signalling-timeout']);
});
