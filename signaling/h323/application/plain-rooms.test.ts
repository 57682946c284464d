import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect as openSocket, type Socket } from 'node:net';
import { test } from 'node:test';
import type { CallMessage } from '../h225/message.ts';
import { readCallMessage } from '../h225/message.ts';
import { setupOf } from '../quirks/signalling-side.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';
import { exampleApplication, until } from './example-application.ts';

// Rooms that are no more than a socket: what they send and get is seen octet by octet.

/** What comes on a connection, as it comes. */
function heardOn(socket: Socket): CallMessage[] {
  const reader = new TpktReader();
  const heard: CallMessage[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => heard.push(...reader.push(chunk).map(readCallMessage)));
  return heard;
}

test('a room that takes H.245 at port 0 takes it nowhere: it is told where we do', { timeout: 20_000 }, async () => {
  const application = exampleApplication({ tunnelling: false });
  await application.start();
  application.on('call', (call) => {
    call.prepare().catch(() => undefined);
  });
  const room = openSocket({ host: '127.0.0.1', port: application.address.port });
  try {
    const heard = heardOn(room);
    const h245Address = { type: 'ipAddress', value: { ip: Buffer.of(127, 0, 0, 1), port: 0 } } as const;
    room.write(writeTpkt(setupOf({ h245Address }).octets));
    await until('the call is answered', () => heard.some(({ type }) => type === 'connect'));
    const body = heard.find(({ type }) => type === 'connect')?.pdu['h323-message-body'];
    assert.equal(body?.type === 'connect' && body.value.h245Address?.type, 'ipAddress');
  } finally {
    room.destroy();
    await application.close();
  }
});

test('a call is passed on from IPv6 to IPv4, from the address that leads there', { timeout: 20_000 }, async () => {
  const called = createServer();
  called.listen({ host: '127.0.0.1', port: 0 });
  await once(called, 'listening');
  const bound = called.address();
  assert.ok(typeof bound === 'object' && bound !== null);
  const to = { address: '127.0.0.1', port: bound.port };
  const application = exampleApplication({ listen: { address: '::', port: 0 }, way: () => to });
  await application.start();
  const arriving = once(called, 'connection', { signal: AbortSignal.timeout(5000) });
  const room = openSocket({ host: '::1', port: application.address.port });
  room.on('error', () => undefined);
  try {
    room.write(writeTpkt(setupOf().octets));
    const [socket] = await arriving;
    const heard = heardOn(socket);
    await until('the Setup arrives', () => heard.length > 0);
    assert.equal(heard[0]?.type, 'setup');
    socket.destroy();
  } finally {
    room.destroy();
    await application.close();
    called.close();
  }
});
