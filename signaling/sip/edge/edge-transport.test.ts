import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import type { Edge, EdgeOptions } from './edge.ts';
import { exampleEdge } from './example-edge.ts';
import { fieldValue, type SipMessage } from './message/message.ts';
import { parseMessage } from './message/parser.ts';
import { ScriptedApplication } from './scripted-application.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { StreamFraming } from './transport/stream-framing.ts';

let edge: Edge | undefined;
const open: { close(): void }[] = [];

async function start(options: Partial<EdgeOptions>) {
  edge = exampleEdge(options);
  const { control, hostports } = await edge.start();
  const application = await ScriptedApplication.connect(control.port);
  open.push(application);
  application.send('a|authenticate|s|');
  for (const verb of ['invite', 'options']) application.send(`b|route|${verb}`);
  const reply = await application.next();
  for (let routes = 0; routes < 2; routes += 1) await application.next();
  const ports = hostports.map((text) => Number(text.split(':').at(-1)));
  return { application, hostports, ports, localHostPorts: reply.fields[6] };
}

afterEach(async () => {
  for (const resource of open.splice(0)) resource.close();
  await edge?.close();
});

/** One end of a TCP connection that reads SIP. */
class Stream {
  readonly socket: Socket;
  readonly #framing = new StreamFraming();
  readonly #received: SipMessage[] = [];
  #text = '';
  #arrived = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.socket = socket;
    open.push({ close: () => socket.destroy() });
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.#text += chunk.toString();
      for (const event of this.#framing.push(chunk)) {
        const parsed = event.kind === 'message' ? parseMessage(event.bytes, 'content-length') : undefined;
        if (parsed !== undefined && 'message' in parsed) this.#received.push(parsed.message);
      }
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    });
  }

  static async open(port: number): Promise<Stream> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Stream(socket);
  }

  get text(): string {
    return this.#text;
  }

  async next(): Promise<SipMessage> {
    for (;;) {
      const found = this.#received.shift();
      if (found !== undefined) return found;
      await this.#arrived.promise;
    }
  }

  async bytes(): Promise<void> {
    await this.#arrived.promise;
  }
}

function streamRequest(method: string, port: number, more = '', sequence = 1): string {
  return (
    `${method} sip:x@127.0.0.1:${port} SIP/2.0\r\nVia: SIP/2.0/TCP 10.9.9.9:5060;branch=z9hG4bK${method}${sequence}\r\n` +
    `From: <sip:room@10.9.9.9>;tag=f\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: tcp\r\nCSeq: ${sequence} ${method}\r\n` +
    `Contact: <sip:room@10.9.9.9;transport=tcp>\r\n${more}`
  );
}

describe('the edge over TCP', () => {
  it('answers on the connection, and uses it for requests of its own when the peer is behind a NAT', async () => {
    const { application, ports } = await start({ listen: [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }] });
    const port = ports[0] ?? 0;
    const stream = await Stream.open(port);
    const invite = streamRequest('INVITE', port, 'Content-Length: 3\r\n\r\nv=0');
    stream.socket.write(invite.slice(0, 40));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stream.socket.write(invite.slice(40) + streamRequest('OPTIONS', port, 'l: 0\r\n\r\n', 7));
    const transaction = (await application.next()).fields[8];
    const options = await application.next();
    assert.match(options.text.toString(), /^OPTIONS /);
    assert.match(options.text.toString(), /;received=127.0.0.1/);
    application.send(`y|sip|${transaction}|\r\nSIP/2.0 200 OK\r\n\r\nv=0`);
    const dialog = (await application.next()).fields[11];
    assert.equal((await stream.next()).kind, 'response');
    const ok = await stream.next();
    assert.equal(fieldValue(ok, 'Contact'), `<sip:127.0.0.1:${port};transport=tcp>`);
    stream.socket.write(
      streamRequest('ACK', port, 'Content-Length: 0\r\n\r\n').replace(
        'To: <sip:x@127.0.0.1>',
        `To: ${fieldValue(ok, 'To')}`,
      ),
    );
    await application.next();
    application.send(`z|sip||${dialog}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    const bye = await stream.next();
    assert.ok(bye.kind === 'request');
    assert.equal(bye.uri, 'sip:room@10.9.9.9;transport=tcp');
    assert.match(fieldValue(bye, 'Via') ?? '', new RegExp(`^SIP/2.0/TCP 127.0.0.1:${port};branch=z9hG4bK`));
    assert.equal(edge?.figures().connections, 1);
  });

  it('answers keep-alives, and closes where the framing is lost', async () => {
    const { ports } = await start({ listen: [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }] });
    const port = ports[0] ?? 0;
    const stream = await Stream.open(port);
    stream.socket.write('\r\n\r\n');
    await stream.bytes();
    assert.equal(stream.text, '\r\n');
    stream.socket.write(streamRequest('OPTIONS', port, 'Content-Length: -999\r\n\r\n'));
    const closed = once(stream.socket, 'close');
    const refusal = await stream.next();
    assert.equal(refusal.kind === 'response' && refusal.status, 400);
    await closed;
    assert.equal(edge?.figures().dropped.unframeable, 1);
  });

  it('opens a connection, keeps it, and is found on it again', async () => {
    const { application } = await start({ listen: [{ protocol: 'tcp', address: '0.0.0.0', port: 0 }] });
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push({ close: () => server.close() });
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const accepted = once(server, 'connection');
    for (const id of ['x', 'y']) {
      application.send(`${id}|sip||\r\nOPTIONS sip:x@127.0.0.1:${address.port};transport=tcp SIP/2.0\r\n\r\n`);
      assert.equal((await application.next()).fields[3], 'OK');
    }
    const [socket] = await accepted;
    const stream = new Stream(socket);
    const [first, second] = [await stream.next(), await stream.next()];
    assert.ok(first.kind === 'request' && second.kind === 'request', 'both on one connection');
    assert.match(fieldValue(first, 'Via') ?? '', /^SIP\/2.0\/TCP 127\.0\.0\.1:\d+;/);
  });
});

/** A port that nobody uses, below those that the system gives out by itself. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const [datagrams, streams] = [createSocket('udp6'), createServer()];
    try {
      await Promise.all([once(datagrams.bind(port, '::'), 'listening'), once(streams.listen(port, '::'), 'listening')]);
      return port;
    } catch {
      // Taken: another one.
    } finally {
      await Promise.allSettled([
        new Promise<void>((resolve) => datagrams.close(resolve)),
        new Promise<unknown>((resolve) => streams.close(resolve)),
      ]);
    }
  }
}

/** Sends an INVITE with rport from a new socket of this address. @returns the first answer */
async function exchange(protocol: 'udp' | 'tcp', address: string, port: number): Promise<string> {
  const host = address.includes(':') ? `[${address}]` : address;
  const id = `${protocol}-${address.replaceAll(':', '-')}-${Math.random()}`;
  const text = [
    `INVITE sip:x@${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/${protocol.toUpperCase()} ${host}:9;branch=z9hG4bK${id};rport`,
    `From: <sip:p@${host}>;tag=t`,
    `To: <sip:x@${host}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:p@${host}:9>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  if (protocol === 'tcp') {
    const socket = connect(port, address);
    open.push({ close: () => socket.destroy() });
    socket.write(text);
    const [bytes] = await once(socket, 'data');
    return String(bytes);
  }
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  open.push(socket);
  socket.send(text, port, address);
  const [bytes] = await once(socket, 'message');
  return String(bytes);
}

function escaped(text: string): string {
  return text.replace(/[[\]]/g, '\\$&');
}

describe('the address the edge gives', () => {
  it('is that of the interface which leads to the peer when bound to all', async () => {
    const { application, ports, localHostPorts } = await start({
      listen: [{ protocol: 'udp', address: '0.0.0.0', port: 0 }],
    });
    assert.doesNotMatch(localHostPorts ?? '', /0\.0\.0\.0/);
    const peer = await ScriptedPeer.open(ports[0] ?? 0);
    open.push(peer);
    application.send(`x|sip||\r\nOPTIONS ${peer.uri} SIP/2.0\r\nFrom: sip:room@localhost\r\n\r\n`);
    const options = await peer.nextRequest('OPTIONS');
    assert.match(fieldValue(options, 'Via') ?? '', new RegExp(`^SIP/2.0/UDP 127.0.0.1:${ports[0]};`));
    assert.equal(fieldValue(options, 'Contact'), `<sip:127.0.0.1:${ports[0]}>`);
    assert.match(fieldValue(options, 'From') ?? '', new RegExp(`^<sip:room@127.0.0.1:${ports[0]}>;tag=`));
    await application.next();
    peer.request('INVITE', { branch: 'i', cseq: 1 });
    const invitation = await application.next();
    assert.deepEqual(invitation.fields.slice(10, 12), ['127.0.0.1', String(ports[0])]);
  });

  it('is the announced one where there is one', async () => {
    const { application, ports, hostports, localHostPorts } = await start({
      listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
      announcedAddress: '198.51.100.9',
    });
    assert.deepEqual(hostports, [`udp/198.51.100.9:${ports[0]}`]);
    assert.equal(localHostPorts, `udp/127.0.0.1:${ports[0]}`);
    const peer = await ScriptedPeer.open(ports[0] ?? 0);
    open.push(peer);
    application.send(`x|sip||\r\nINVITE ${peer.uri} SIP/2.0\r\n\r\n`);
    const invite = await peer.nextRequest('INVITE');
    assert.equal(fieldValue(invite, 'Contact'), `<sip:198.51.100.9:${ports[0]}>`);
    assert.match(fieldValue(invite, 'Via') ?? '', /^SIP\/2.0\/UDP 198.51.100.9:/);
    peer.respond(invite, 486, 'Busy');
    await peer.nextRequest('ACK');
  });

  it('is bracketed for IPv6', async () => {
    const { application, ports, hostports } = await start({ listen: [{ protocol: 'udp', address: '::1', port: 0 }] });
    assert.deepEqual(hostports, [`udp/[::1]:${ports[0]}`]);
    const socket = createSocket('udp6');
    socket.bind(0, '::1');
    await once(socket, 'listening');
    open.push(socket);
    application.send(`x|sip||\r\nOPTIONS sip:x@[::1]:${socket.address().port} SIP/2.0\r\n\r\n`);
    const [bytes] = await once(socket, 'message');
    assert.match(String(bytes), new RegExp(`\\r\\nVia: SIP/2.0/UDP \\[::1\\]:${ports[0]};`));
    assert.match(String(bytes), new RegExp(`\\r\\nContact: <sip:\\[::1\\]:${ports[0]}>`));
  });

  it('is of the family of the peer on a dual-stack socket, and IPv4 is never written as IPv6', async () => {
    for (const protocol of ['udp', 'tcp'] as const) {
      const { application, ports } = await start({ listen: [{ protocol, address: '::', port: 0 }] });
      const port = ports[0] ?? 0;
      for (const address of ['127.0.0.1', '::1']) {
        const host = address === '::1' ? '[::1]' : address;
        const answered = await exchange(protocol, address, port);
        assert.match(answered, new RegExp(`received=${address}\r`), `${protocol} ${address}`);
        let invitation = await application.next();
        // What the request to a closed port came to may be told before.
        while (invitation.fields.length !== 13) invitation = await application.next();
        assert.deepEqual(invitation.fields.slice(5, 6), [address]);
        assert.deepEqual(invitation.fields.slice(10, 12), [address, String(port)]);
        application.send(`x|sip|${invitation.fields[8]}|\r\nSIP/2.0 180 Ringing\r\n\r\n`);
        const ringing = (await application.next()).text.toString();
        const transport = protocol === 'tcp' ? ';transport=tcp' : '';
        assert.ok(ringing.includes(`Contact: <sip:${host}:${port}${transport}>`), ringing);
        application.send(`y|sip||\r\nOPTIONS sip:x@${host}:9${transport} SIP/2.0\r\n\r\n`);
        const sent = await application.next();
        assert.equal(sent.fields[3], 'OK');
        assert.match(
          sent.text.toString(),
          new RegExp(`\r\nVia: SIP/2.0/${protocol.toUpperCase()} ${escaped(host)}:${port};`),
        );
      }
      await edge?.close();
    }
  });

  it('reaches IPv4 peers from a dual-stack socket', async () => {
    const { application, ports } = await start({ listen: [{ protocol: 'udp', address: '::', port: 0 }] });
    const peer = await ScriptedPeer.open(ports[0] ?? 0);
    open.push(peer);
    application.send(`x|sip||\r\nOPTIONS ${peer.uri} SIP/2.0\r\n\r\n`);
    const options = await peer.nextRequest('OPTIONS');
    assert.match(fieldValue(options, 'Via') ?? '', new RegExp(`^SIP/2.0/UDP 127.0.0.1:${ports[0]};`));
    peer.respond(options, 200, 'OK');
    await application.next();
    assert.deepEqual((await application.next()).fields.slice(4, 6), ['udp', '127.0.0.1']);
  });

  it('takes both families on one port by two sockets', async () => {
    const port = await freePort();
    const { hostports } = await start({
      listen: (['udp', 'tcp'] as const).flatMap((protocol) => [
        { protocol, address: '::', port },
        { protocol, address: '0.0.0.0', port },
      ]),
    });
    assert.equal(hostports.length, 4);
    for (const protocol of ['udp', 'tcp'] as const) {
      for (const address of ['127.0.0.1', '::1']) {
        assert.match(await exchange(protocol, address, port), new RegExp(`received=${address}\r`));
      }
    }
  });

  it('asks for host names, and says when there is none', async () => {
    const { application, ports } = await start({
      listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
      resolver: {
        addresses: async (host) => (host === 'room.example' ? ['2001:db8::1', '127.0.0.1'] : []),
        services: async () => [],
      },
    });
    const peer = await ScriptedPeer.open(ports[0] ?? 0);
    open.push(peer);
    application.send(`x|sip||\r\nOPTIONS sip:a@room.example:${peer.port} SIP/2.0\r\n\r\n`);
    assert.equal((await peer.nextRequest('OPTIONS')).uri, `sip:a@room.example:${peer.port}`);
    await application.next();
    application.send('x|sip||\r\nOPTIONS sip:a@nowhere.example SIP/2.0\r\n\r\n');
    assert.deepEqual((await application.next()).fields.slice(3), ['NOK', 'unable to resolve host nowhere.example']);
  });

  it('moves large requests to TCP where that is wanted (RFC 3261 §18.1.1)', async () => {
    const { application } = await start({
      tcpAbove: 1_300,
    });
    const server = createServer((socket) => open.push({ close: () => socket.destroy() }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push({ close: () => server.close() });
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    for (const [size, protocol] of [
      [10, 'UDP'],
      [2_000, 'TCP'],
    ] as const) {
      application.send(`x|sip||\r\nOPTIONS sip:a@127.0.0.1:${address.port} SIP/2.0\r\nX: ${'x'.repeat(size)}\r\n\r\n`);
      assert.match((await application.next()).text.toString(), new RegExp(`Via: SIP/2.0/${protocol} `));
    }
  });
});
