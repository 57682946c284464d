import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect as openSocket } from 'node:net';
import { test } from 'node:test';
import { writeTpkt } from '../tpkt/tpkt.ts';
import { PacketConnection } from './packet-connection.ts';

test('what was sent last arrives, though the far side still speaks and is answered', async () => {
  const server = createServer({ allowHalfOpen: true });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const bound = server.address();
  assert.ok(typeof bound === 'object' && bound !== null);
  const accepted = once(server, 'connection');
  const socket = openSocket({ host: '127.0.0.1', port: bound.port });
  let [packets, closed] = [0, 0];
  const ended = new Promise<void>((resolve) => {
    const connection: PacketConnection = new PacketConnection(socket, {
      packet: (contents) => {
        packets += 1;
        connection.send(contents);
      },
      closed: () => {
        closed += 1;
        resolve();
      },
    });
    connection.send(Buffer.from('last'));
    connection.end();
  });
  const [far] = await accepted;
  const received: Buffer[] = [];
  far.on('data', (chunk: Buffer) => received.push(chunk));
  far.write(writeTpkt(Buffer.from('late')));
  await once(far, 'end');
  // Not broken by the late packet: it still reads.
  far.write(writeTpkt(Buffer.from('later')));
  far.end();
  await ended;
  server.close();
  assert.deepEqual(Buffer.concat(received), writeTpkt(Buffer.from('last')));
  assert.deepEqual([packets, closed], [2, 1]);
});

test('who goes on sending after we have ended is cut off', { timeout: 10_000 }, async (t) => {
  const server = createServer();
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const bound = server.address();
  assert.ok(typeof bound === 'object' && bound !== null);
  const accepted = once(server, 'connection');
  const far = openSocket({ host: '127.0.0.1', port: bound.port, allowHalfOpen: true });
  far.on('error', () => undefined);
  const [near] = await accepted;
  server.close();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let connection: PacketConnection | undefined;
  const closed = new Promise<void>((resolve) => {
    connection = new PacketConnection(near, { packet: () => connection?.end(), closed: resolve });
  });
  far.resume();
  far.write(writeTpkt(Buffer.of(1)));
  await once(far, 'end');
  far.write(writeTpkt(Buffer.of(2)));
  assert.deepEqual([connection?.isEnded, connection?.isClosed], [true, false]);
  t.mock.timers.tick(2000);
  await closed;
  far.destroy();
});
