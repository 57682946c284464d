import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Edge } from './edge.ts';
import { exampleEdge, loggedIn } from './example-edge.ts';
import { SipGuard } from './guard/sip-guard.ts';
import { fieldValue } from './message/message.ts';
import type { ScriptedApplication } from './scripted-application.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('an edge with a guard', { timeout: 20_000 }, () => {
  let clock: VirtualClock;
  let edge: Edge;
  let guard: SipGuard;
  let application: ScriptedApplication;
  let peer: ScriptedPeer;
  let tcpPort: number;

  beforeEach(async () => {
    clock = new VirtualClock(1_000_000);
    guard = new SipGuard({ allowance: { burst: 3, rate: 1 }, banTime: 60_000, never: [], dropScanners: true });
    edge = exampleEdge({
      clock,
      guard,
    });
    const { control, hostports } = await edge.start();
    const [udp = 0, tcp = 0] = hostports.map((text) => Number(text.split(':').at(-1)));
    tcpPort = tcp;
    application = await loggedIn(control.port, ['invite', 'register']);
    peer = await ScriptedPeer.open(udp);
  });

  afterEach(async () => {
    application.close();
    peer.close();
    await edge.close();
  });

  const probe = (branch: string) => peer.request('MESSAGE', { branch, cseq: 1, callId: branch });

  /** Probes that are refused, until the budget is spent: three within it, and the one that finds it spent. */
  async function spend(): Promise<void> {
    for (let index = 0; index < 4; index++) {
      probe(`m${index}`);
      await peer.nextResponse(405, 'MESSAGE');
    }
  }

  /** The peer calls; resolves to the To of the answer. */
  async function call(): Promise<string> {
    peer.request('INVITE', { branch: 'i', cseq: 1, callId: 'c', body: 'v=0\r\n' });
    const { fields } = await application.next();
    await peer.nextResponse(100, 'INVITE');
    application.send(`x|sip|${fields[8]}|\r\nSIP/2.0 200 OK\r\n\r\nv=0`);
    const to = fieldValue(await peer.nextResponse(200, 'INVITE'), 'To') ?? '';
    peer.request('ACK', { branch: 'a', cseq: 1, callId: 'c', to });
    return to;
  }

  /** The fields of the next request of this method that the application hears of; what it hears before is passed over. */
  async function heard(method: string): Promise<readonly string[]> {
    for (;;) {
      const { fields, text } = await application.next();
      if (text.toString().startsWith(method)) return fields;
    }
  }

  /** Answers the BYE that the peer has sent. */
  async function endCall(): Promise<void> {
    // Before it the application hears of the 200 it sent and of its ACK.
    const fields = await heard('BYE');
    application.send(`y|sip|${fields[8]}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    await peer.nextResponse(200, 'BYE');
  }

  it('answers a scanner as often as its budget says, then no more until the ban is over', async () => {
    await spend();
    probe('n');
    probe('o');
    assert.equal(guard.bans(clock.now()).length, 1);
    while (guard.dropped.get('banned') !== 2) await turn();
    clock.advance(60_000);
    peer.request('MESSAGE', { branch: 'p', cseq: 7, callId: 'p' });
    assert.equal(fieldValue(await peer.nextResponse(405, 'MESSAGE'), 'CSeq'), '7 MESSAGE');
    assert.deepEqual(peer.unread, []);
  });

  it('answers nothing to a known scanner, and counts unreadable messages', async () => {
    peer.request('OPTIONS', { branch: 's', cseq: 1, headers: ['User-Agent: friendly-scanner'] });
    peer.send('no SIP at all\r\n\r\n');
    probe('m');
    await peer.nextResponse(405, 'MESSAGE');
    assert.deepEqual(peer.unread, []);
    assert.equal(guard.dropped.get('scanner'), 1);
    probe('n');
    await peer.nextResponse(405, 'MESSAGE');
    assert.equal(guard.bans(clock.now()).length, 1);
  });

  it('keeps the call of a source that floods: what is in the dialog is heard, what is new is not', async () => {
    const to = await call();
    for (let index = 0; index < 31; index++) {
      probe(`f${index}`);
      await peer.nextResponse(405, 'MESSAGE');
    }
    probe('g');
    peer.send(
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\nFrom: <a:b>\r\nTo: <c:d>;tag=x\r\nCall-ID: c\r\nCSeq: 1 BYE\r\n\r\n',
    );
    peer.send('SIP/2.0 \r\n\r\n');
    peer.request('BYE', { branch: 'forged', cseq: 3, callId: 'c', to: '<sip:app@127.0.0.1>;tag=forged' });
    peer.request('BYE', { branch: 'b', cseq: 2, callId: 'c', to });
    await endCall();
    assert.deepEqual([peer.unread, guard.bans(clock.now())], [[], []]);
    assert.equal(guard.dropped.get('over-budget'), 4);
    assert.deepEqual(edge.figures().dropped, {}, 'what is not let in is not read any further');
  });

  it('hears the answers of a source that floods', async () => {
    await call();
    const dialog = (await heard('ACK'))[9];
    for (let index = 0; index < 31; index++) {
      probe(`f${index}`);
      await peer.nextResponse(405, 'MESSAGE');
    }
    application.send(`z|sip||${dialog}|\r\nINFO sip:peer@127.0.0.1 SIP/2.0\r\n\r\n`);
    peer.respond(await peer.nextRequest('INFO'), 200, 'OK');
    for (;;) {
      const { text } = await application.next();
      if (/^SIP\/2\.0 200 .*CSeq: \d+ INFO/s.test(text.toString())) break;
    }
    assert.equal(guard.dropped.get('over-budget'), 0);
  });

  it('lets a refresh and a call of a registered room in while its address is flooded', async () => {
    const register = (branch: string, cseq: number) =>
      peer.request('REGISTER', { branch, cseq, callId: 'registration' });
    const accept = async () => {
      const { fields } = await application.next();
      const answer = ['SIP/2.0 200 OK', `Contact: <${peer.uri}>;expires=600`, '', ''].join('\r\n');
      application.send(`r|sip|${fields[8]}|\r\n${answer}`);
      await peer.nextResponse(200, 'REGISTER');
      // The application hears what it sent.
      await application.next();
    };
    register('r1', 1);
    await accept();
    const forger = await ScriptedPeer.open(peer.edgePort);
    try {
      for (let index = 0; index < 31; index++) {
        forger.request('MESSAGE', { branch: `f${index}`, cseq: 1, callId: `f${index}` });
        await forger.nextResponse(405, 'MESSAGE');
      }
      forger.request('INVITE', { branch: 'f', cseq: 1, callId: 'f', body: 'v=0\r\n' });
      while (guard.dropped.get('over-budget') !== 1) await turn();
      register('r2', 2);
      await accept();
      // Takes what the success gave back.
      forger.request('MESSAGE', { branch: 'g', cseq: 1, callId: 'g' });
      await forger.nextResponse(405, 'MESSAGE');
      peer.request('INVITE', { branch: 'i', cseq: 1, callId: 'new', body: 'v=0\r\n' });
      const { text } = await application.next();
      assert.match(text.toString(), /^INVITE .*Call-ID: new\r\n/s);
      await peer.nextResponse(100, 'INVITE');
      assert.deepEqual([forger.unread, guard.bans(clock.now())], [[], []]);
      assert.deepEqual([guard.reserved.get('call-id'), guard.reserved.get('registered')], [1, 1]);
    } finally {
      forger.close();
    }
  });

  it('lets a room call again whose address is banned from UDP since its last call', async () => {
    const to = await call();
    peer.request('BYE', { branch: 'b', cseq: 2, callId: 'c', to });
    await endCall();
    clock.advance(7_200_000);
    const forger = await ScriptedPeer.open(peer.edgePort);
    try {
      for (let index = 0; index < 4; index++) {
        forger.request('MESSAGE', { branch: `f${index}`, cseq: 1, callId: `f${index}` });
        await forger.nextResponse(405, 'MESSAGE');
      }
      assert.deepEqual(guard.bans(clock.now())[0]?.transports, ['udp']);
      peer.request('INVITE', { branch: 'i2', cseq: 1, callId: 'c2', body: 'v=0\r\n' });
      for (;;) {
        const { fields, text } = await application.next();
        if (!text.toString().startsWith('INVITE')) continue;
        application.send(`x|sip|${fields[8]}|\r\nSIP/2.0 200 OK\r\n\r\nv=0`);
        break;
      }
      const answered = fieldValue(await peer.nextResponse(200, 'INVITE'), 'To') ?? '';
      forger.request('INVITE', { branch: 'f', cseq: 1, callId: 'f', body: 'v=0\r\n' });
      while (guard.dropped.get('over-budget') !== 1) await turn();
      peer.request('ACK', { branch: 'a2', cseq: 1, callId: 'c2', to: answered });
      for (;;) {
        const { text } = await application.next();
        if (/^ACK .*Call-ID: c2\r\n/s.test(text.toString())) break;
      }
      assert.equal(guard.reserved.get('caller'), 1);
      assert.deepEqual(forger.unread, []);
    } finally {
      forger.close();
    }
  });

  it('closes the TCP connections of a source that is banned for what came by TCP, and accepts none', async () => {
    const connected = async () => {
      const socket = connect(tcpPort, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      // Answered by CRLF: the connection is known to the edge by now.
      socket.write('\r\n\r\n');
      await once(socket, 'data');
      return socket;
    };
    const standing = await connected();
    await spend();
    assert.deepEqual(guard.bans(clock.now())[0]?.transports, ['udp']);
    const other = await connected();
    const closed = [standing, other].map((socket) => once(socket, 'close'));
    for (let index = 0; index < 4; index++) {
      other.write(
        [
          `MESSAGE sip:app@127.0.0.1:${tcpPort} SIP/2.0`,
          `Via: SIP/2.0/TCP 127.0.0.1:${other.localPort};branch=z9hG4bKt${index}`,
          'From: <sip:a@b>;tag=1',
          'To: <sip:c@d>',
          `Call-ID: t${index}`,
          'CSeq: 1 MESSAGE',
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n'),
      );
    }
    await Promise.all(closed);
    assert.deepEqual(guard.bans(clock.now())[0]?.transports, ['tcp', 'udp']);
    const further = connect(tcpPort, '127.0.0.1');
    further.on('error', () => {});
    await once(further, 'close');
    assert.equal(guard.dropped.get('connection'), 1);
    assert.equal(edge.figures().connections, 0);
  });
});
