import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ConnectionLimits, limitConnections } from './connection-limit.ts';

async function open(context: TestContext, limits: ConnectionLimits) {
  const server = createServer((socket) => socket.on('error', () => undefined));
  limitConnections(server, limits);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  context.after(() => server.close());
  /** `from`: a loopback address of one's own. */
  const from = (localAddress: string) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('error', () => undefined);
    context.after(() => socket.destroy());
    return socket;
  };
  const count = () => new Promise<number>((resolve) => server.getConnections((_error, open) => resolve(open)));
  const until = async (wanted: number) => {
    while ((await count()) !== wanted) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { from, until };
}

test('what is too much for one address or for all is closed, and places come free again', async (context) => {
  const { from, until } = await open(context, { total: 3, perAddress: 2 });
  const first = from('127.0.0.2');
  from('127.0.0.2');
  await until(2);
  await once(from('127.0.0.2'), 'close');
  from('127.0.0.3');
  await until(3);
  await once(from('127.0.0.4'), 'close');
  first.destroy();
  await until(2);
  from('127.0.0.2');
  await until(3);
});
