import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { RtpSockets } from './rtp-sockets.ts';

const ADDRESS = '127.0.0.1';
const DEAF = { rtp: () => undefined, rtcp: () => undefined };

test('pairs are even and apart; one with a taken half is passed over', async () => {
  const first = await RtpSockets.open(ADDRESS, DEAF);
  const stranger = createSocket('udp4');
  stranger.bind({ address: ADDRESS, port: first.local.port + 3, exclusive: true });
  await once(stranger, 'listening');
  const second = await RtpSockets.open(ADDRESS, DEAF);
  assert.equal(first.local.port % 2, 0);
  assert.equal(second.local.port % 2, 0);
  assert.ok(second.local.port > first.local.port + 2);
  first.close();
  second.close();
  stranger.close();
});

test('RTP and RTCP are told apart on one port and on two', async () => {
  const came: string[] = [];
  const receiver = await RtpSockets.open(ADDRESS, {
    rtp: (datagram) => came.push(`rtp ${datagram.length}`),
    rtcp: (datagram) => came.push(`rtcp ${datagram.length}`),
  });
  const sender = await RtpSockets.open(ADDRESS, DEAF);
  const { port } = receiver.local;
  const report = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 7]);
  sender.sendRtp(Buffer.from([0x80, 96, 0, 1]), receiver.local);
  sender.sendRtcp(report, receiver.local, true);
  sender.sendRtcp(report, { address: ADDRESS, port: port + 1 }, false);
  for (const deadline = Date.now() + 3000; came.length < 3 && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.deepEqual(came.sort(), ['rtcp 8', 'rtcp 8', 'rtp 4']);
  sender.close();
  receiver.close();
  sender.sendRtp(report, receiver.local);
});
