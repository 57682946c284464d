import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { H245Carriage } from './h245-carriage.ts';

const NOTHING = { opened: () => undefined, packet: () => undefined, closed: () => undefined };
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
