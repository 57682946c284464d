import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LocalAddresses } from './local-address.ts';
import { TcpTransport } from './tcp.ts';
import type { TransportDrop } from './transport.ts';

describe('TcpTransport', () => {
  let transport: TcpTransport;
  let dropped: TransportDrop[];
  let messages: string[];
  const sockets: Socket[] = [];

  beforeEach(async () => {
    dropped = [];
    messages = [];
    transport = new TcpTransport({
      address: '127.0.0.1',
      port: 0,
      ipv6Only: false,
      localAddresses: new LocalAddresses(() => 0),
      limits: { connections: 3, connectionsPerAddress: 2, messageTime: 250, connectTime: 250 },
      events: {
        message: (bytes) => messages.push(bytes.toString()),
        dropped: (reason) => dropped.push(reason),
      },
    });
    await transport.listen();
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await transport.close();
  });

  async function open(): Promise<Socket> {
    const socket = connect(transport.bound.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    return socket;
  }

  it('closes on those who send nothing, or a message too slowly', async () => {
    const mute = await open();
    const slow = await open();
    slow.write('OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\nOPTIONS sip:b');
    await Promise.all([once(mute, 'close'), once(slow, 'close')]);
    assert.deepEqual(dropped, ['slow-sender', 'slow-sender']);
    assert.deepEqual(messages, ['OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n']);
  });

  it('keeps a connection that has sent a message', async () => {
    const socket = await open();
    socket.write('OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(socket.destroyed, false);
    assert.equal(transport.connections, 1);
  });

  it('takes only so many connections from one address', async () => {
    await open();
    await open();
    const third = await open();
    await once(third, 'close');
    assert.deepEqual(dropped, ['too-many-connections']);
  });

  it('tells when a message cannot go out', async () => {
    const { port } = transport.bound;
    await transport.close();
    const flow = await transport.flowTo({ address: '127.0.0.1', port });
    const error = await new Promise<Error>((resolve) => flow.send(Buffer.from('x'), resolve));
    assert.match(error.message, /ECONNREFUSED/);
    assert.equal(flow.open, false);
    await transport.listen();
  });
});
