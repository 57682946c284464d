import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { pino } from 'pino';
import type { MediaDescription } from '#codecs/media/description.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { encodeFrame, FrameReader } from '../edge/control/frame.ts';
import { readPayload } from '../edge/control/payload.ts';
import { SipApplication } from './sip-application.ts';

const ROOM = '192.0.2.7';
const SDP = [
  'v=0',
  `o=- 1 1 IN IP4 ${ROOM}`,
  's=-',
  `c=IN IP4 ${ROOM}`,
  't=0 0',
  'm=audio 6000 RTP/AVP 8',
  'a=rtpmap:8 PCMA/8000',
  '',
].join('\r\n');

/** A request of the room's in its call. */
function request(method: string, sequence: number, toTag: string, body = ''): string {
  return [
    `${method} sip:1001@192.0.2.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${ROOM};branch=z9hG4bK${method}`,
    'From: <sip:room@192.0.2.7>;tag=room',
    `To: <sip:1001@192.0.2.1>${toTag}`,
    'Call-ID: call',
    `CSeq: ${sequence} ${method}`,
    'Contact: <sip:room@192.0.2.7>',
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** A SIP server that passes one INVITE to the application, and tells of the 200 and of what follows in one piece. */
class QuickServer {
  readonly #server: Server;
  readonly #invite: string;
  readonly #following: readonly string[];
  #count = 0;

  constructor(invite: string, following: readonly string[]) {
    this.#invite = invite;
    this.#following = following;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address: AddressInfo | string | null = this.#server.address();
    assert.ok(address !== null && typeof address === 'object');
    return address.port;
  }

  close(): void {
    this.#server.close();
  }

  #serve(socket: Socket): void {
    const reader = new FrameReader();
    const write = (...payloads: string[]) =>
      socket.write(Buffer.concat(payloads.map((payload) => encodeFrame(Buffer.from(payload)))));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const { fields, text } of reader.push(chunk).map(readPayload)) {
        const [id = '', type = '', first = ''] = fields;
        const told = text.toString('latin1');
        if (type === 'authenticate') {
          write(`${this.#id()}|response|${id}|OK|udp/192.0.2.1:5060|v0.9.3|udp/192.0.2.1:5060`);
        } else if (type === 'route') {
          write(`${this.#id()}|response|${id}|OK`, ...(first === 'invite' ? [this.#network(this.#invite, '')] : []));
        } else if (type === 'sip' && told.startsWith('SIP/2.0 200') && told.includes('INVITE')) {
          const sent = told.replace(/^(to: .*)$/im, '$1;tag=ours\r\nContact: <sip:192.0.2.1:5060>');
          write(
            `${this.#id()}|response|${id}|OK|application|${sent.length}|udp|${ROOM}|5060|10:00:00.000000|${first}|call;from-tag=room||Msg sent:|\r\n${sent}`,
            ...this.#following.map((message) => this.#network(message, 'call;from-tag=room')),
          );
        }
      }
    });
  }

  #network(message: string, dialog: string): string {
    return `${this.#id()}|sip|network|${message.length}|udp|${ROOM}|5060|10:00:00.000000|transaction${this.#count}|${dialog}|192.0.2.1|5060|\r\n${message}`;
  }

  #id(): string {
    this.#count += 1;
    return `00000000-0000-4000-8000-${String(this.#count).padStart(12, '0')}`;
  }
}

function description(sdp: string): MediaDescription {
  const read = readSdp(sdp);
  assert.ok('description' in read);
  return read.description;
}

/** Runs a call; tells what its invitation came to, and its events. */
async function call(invite: string, following: readonly string[]) {
  const server = new QuickServer(invite, following);
  const application = new SipApplication({
    server: { host: '127.0.0.1', port: await server.listen(), secret: 'secret' },
    localAddressFor: () => Promise.resolve('192.0.2.1'),
    sessionTimer: { interval: 1800, minimum: 90 },
    log: pino({ level: 'silent' }),
  });
  const events: string[] = [];
  const outcome = Promise.withResolvers<MediaDescription | undefined | Error>();
  let hangUp = () => {};
  application.on('call', (incoming) => {
    hangUp = () => incoming.end('local-hangup');
    incoming.on('answered', () => events.push('answered'));
    incoming.on('ended', (reason) => events.push(reason));
    incoming.invitation.complete(description(SDP)).then(outcome.resolve, outcome.resolve);
  });
  await application.start();
  const late = setTimeout(() => outcome.reject(new Error('the call neither stands nor ends')), 2000);
  try {
    return { outcome: await outcome.promise, events: [...events] };
  } finally {
    clearTimeout(late);
    hangUp();
    application.close();
    server.close();
  }
}

test('an ACK that comes in the same read as the news of the 200 is not missed', async () => {
  const { outcome, events } = await call(request('INVITE', 1, '', SDP), [request('ACK', 1, ';tag=ours')]);
  assert.equal(outcome, undefined);
  assert.deepEqual(events, ['answered']);
});

test('nor is the answer in it, where the offer was ours', async () => {
  const { outcome, events } = await call(request('INVITE', 1, ''), [request('ACK', 1, ';tag=ours', SDP)]);
  assert.deepEqual(outcome, description(SDP));
  assert.deepEqual(events, ['answered']);
});

test('a room that hangs up in the same read does not stay', async () => {
  const { outcome, events } = await call(request('INVITE', 1, '', SDP), [
    request('ACK', 1, ';tag=ours'),
    request('BYE', 2, ';tag=ours'),
  ]);
  assert.ok(outcome instanceof Error);
  assert.deepEqual(events, ['remote-hangup']);
});
