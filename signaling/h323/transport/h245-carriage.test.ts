import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { TpktReader } from '../tpkt/tpkt.ts';
import { H245Carriage } from './h245-carriage.ts';

const NOTHING = { opened: () => undefined, packet: () => undefined, sent: () => undefined, closed: () => undefined };
const PORTS = { from: 22_700, to: 22_702 };

/** Whether a port can be listened at. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}

test('a call listens at one port, however often its room asks for one, and gives it back', async () => {
  const carriage = new H245Carriage(NOTHING);
  const asked = [1, 2, 3, 4].map(() => carriage.listen('127.0.0.1', PORTS, '127.0.0.1'));
  const places = new Set((await Promise.all(asked)).map(({ port }) => port));
  assert.equal(places.size, 1);
  carriage.close();
  const free = [];
  for (let port = PORTS.from; port <= PORTS.to; port++) {
    free.push(await isFree(port));
  }
  assert.deepEqual(free, [true, true, true]);
});

test('what waits is told when it is sent, in its order and with the way that it goes', {
  timeout: 10_000,
}, async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' ? (bound?.port ?? 0) : 0;
  const told: string[] = [];
  const arrived = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const carriage = new H245Carriage({
    ...NOTHING,
    opened: () => told.push('opened'),
    sent: (contents, { local, remote }) => {
      assert.deepEqual([local.address, remote], ['127.0.0.1', { address: '127.0.0.1', port }]);
      assert.ok(local.port > 0);
      told.push(Buffer.from(contents).toString());
    },
  });
  let socket: Socket | undefined;
  try {
    carriage.connect({ address: '127.0.0.1', port }, '127.0.0.1');
    carriage.send(Buffer.from('one'));
    carriage.send(Buffer.from('two'));
    assert.deepEqual(told, []);
    socket = await arrived;
    const reader = new TpktReader();
    const came: string[] = [];
    for await (const chunk of socket) {
      came.push(...reader.push(chunk).map(String));
      if (came.length === 2) {
        carriage.send(Buffer.from('three'));
      } else if (came.length === 3) {
        break;
      }
    }
    carriage.close();
    carriage.send(Buffer.from('four'));
    assert.deepEqual(
      [told, came],
      [
        ['one', 'two', 'opened', 'three'],
        ['one', 'two', 'three'],
      ],
    );
  } finally {
    carriage.close();
    socket?.destroy();
    server.close();
  }
});
