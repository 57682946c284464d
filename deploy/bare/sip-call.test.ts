import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { answerComplaint, callClass } from './sip-call.ts';

const ANSWER = 'v=0\r\nm=audio 20000 RTP/AVP 8\r\nm=video 20002 RTP/AVP 96\r\n';

/** RTP of the offer's two payload types. */
const rtp = (payloadType: number) => Buffer.concat([Buffer.from([0x80, payloadType]), Buffer.alloc(30)]);

/** A SIP server that loses the first INVITE, then answers `status` and sends media; gives the methods that it saw. */
async function fakeService(status: string): Promise<{ socket: Socket; port: number; seen: string[] }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const seen: string[] = [];
  socket.on('message', (data, from) => {
    const message = data.toString('utf8');
    const method = message.slice(0, message.indexOf(' '));
    seen.push(method);
    if (method === 'ACK' || seen.length === 1) return;
    const header = (name: string) => message.match(new RegExp(`\r\n(${name}: [^\r]*)`))?.[1] ?? '';
    const reply = (line: string, body: string) =>
      socket.send(
        [
          `SIP/2.0 ${line}`,
          header('Via'),
          header('From'),
          header('To').replace(/;tag=.*|$/, ';tag=service'),
          header('Call-ID'),
          header('CSeq'),
          `Contact: <sip:1001@127.0.0.1:${port}>`,
          '',
          body,
        ].join('\r\n'),
        from.port,
        from.address,
      );
    if (method === 'INVITE') reply('100 Trying', '');
    reply(method === 'INVITE' ? status : '200 OK', ANSWER);
    if (method !== 'INVITE') return;
    for (const [kind, payloadType] of [
      ['audio', 8],
      ['video', 96],
    ] as const) {
      const to = Number(message.match(new RegExp(`m=${kind} (\\d+)`))?.[1]);
      for (let packet = 0; packet < 25; packet += 1) socket.send(rtp(payloadType), to, from.address);
    }
  });
  return { socket, port, seen };
}

test('a call is repeated until it is heard, acknowledged and ended', async () => {
  const { socket, port, seen } = await fakeService('200 OK');
  try {
    await callClass({ host: '127.0.0.1', port, user: '1001' }, 5_000);
    assert.deepEqual(seen, ['INVITE', 'INVITE', 'ACK', 'BYE']);
  } finally {
    socket.close();
  }
});

test('a refusal is an error that tells it', async () => {
  const { socket, port } = await fakeService('486 Busy Here');
  try {
    await assert.rejects(callClass({ host: '127.0.0.1', port, user: '1001' }, 5_000), /refused: 486 Busy Here/);
  } finally {
    socket.close();
  }
});

test('silence is an error', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  try {
    await assert.rejects(
      callClass({ host: '127.0.0.1', port: socket.address().port, user: '1001' }, 300),
      /no final response to INVITE/,
    );
  } finally {
    socket.close();
  }
});

test('an answer must take audio and video', () => {
  assert.equal(answerComplaint(ANSWER), undefined);
  assert.match(answerComplaint(ANSWER.replace('video 20002', 'video 0')) ?? '', /takes no video/);
  assert.match(answerComplaint('v=0\r\n') ?? '', /takes no audio and no video/);
});
