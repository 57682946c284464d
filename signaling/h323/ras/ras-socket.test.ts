import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { RasSocket, type ReceivedDatagram } from './ras-socket.ts';

test('a socket of both families knows IPv4 rooms by their own address, and answers them there', async () => {
  let received: (datagram: ReceivedDatagram) => void = () => undefined;
  const arriving = new Promise<ReceivedDatagram>((resolve) => {
    received = resolve;
  });
  const socket = await RasSocket.open({ address: '::', port: 0 }, (datagram) => received(datagram));
  const room = createSocket('udp4');
  try {
    room.bind({ address: '127.0.0.1', port: 0 });
    await once(room, 'listening');
    room.send('ask', socket.address.port, '127.0.0.1');
    const { from, localAddress } = await arriving;
    assert.deepEqual([from.address, localAddress], ['127.0.0.1', '127.0.0.1']);
    const answered = once(room, 'message');
    socket.send(Buffer.from('answer'), from);
    const [answer] = await answered;
    assert.equal(String(answer), 'answer');
  } finally {
    room.close();
    await socket.close();
  }
});
