import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Edge } from './edge.ts';
import { exampleEdge, loggedIn } from './example-edge.ts';
import { fieldValue, type SipRequest } from './message/message.ts';
import type { ScriptedApplication } from './scripted-application.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What the application gets, as `source transaction dialog start-line`. */
async function told(application: ScriptedApplication) {
  const { fields, text } = await application.next();
  return {
    type: fields[1],
    result: fields[3],
    source: fields[2],
    transaction: fields[8],
    dialog: fields[9],
    startLine: text.toString().split('\r\n')[0],
    text: text.toString(),
    fields,
  };
}

describe('when something fails', () => {
  let clock: VirtualClock;
  let edge: Edge;
  let application: ScriptedApplication;
  let peer: ScriptedPeer;
  /** The SRV records of farm.example, best first. */
  let servers: { protocol: 'udp' | 'tcp'; port: number }[] = [];

  beforeEach(async () => {
    clock = new VirtualClock(1_000_000);
    edge = exampleEdge({
      clock,
      resolver: {
        addresses: async () => ['127.0.0.1'],
        services: async (name) =>
          servers.flatMap(({ protocol, port }, priority) =>
            name === `_sip._${protocol}.farm.example` ? [{ target: 'node', port, priority, weight: 1 }] : [],
          ),
      },
    });
    const { control, hostports } = await edge.start();
    application = await loggedIn(control.port, ['invite']);
    peer = await ScriptedPeer.open(Number(hostports[0]?.split(':').at(-1)));
  });

  afterEach(async () => {
    application.close();
    peer.close();
    await edge.close();
    assert.equal(clock.pending, 0, 'no timer outlives the edge');
  });

  /** The peer calls, the application answers 200, no ACK is sent. */
  async function answeredWithoutAck() {
    peer.request('INVITE', { branch: 'i', cseq: 1, callId: 'c', body: 'v=0\r\n' });
    const { transaction } = await told(application);
    application.send(`x|sip|${transaction}|\r\nSIP/2.0 200 OK\r\n\r\nv=0`);
    const reply = await told(application);
    const ok = await peer.nextResponse(200, 'INVITE');
    return { dialog: reply.fields[11], to: fieldValue(ok, 'To') ?? '' };
  }

  /** The application calls and the peer gets the INVITE. */
  async function calling(): Promise<{ invite: SipRequest; transaction: string | undefined }> {
    application.send(`x|sip||\r\nINVITE ${peer.uri} SIP/2.0\r\n\r\nv=0`);
    const transaction = (await told(application)).fields[10];
    return { invite: await peer.nextRequest('INVITE'), transaction };
  }

  it('repeats a 2xx until its ACK, and after 32 s hangs up by itself (§5.7)', async () => {
    const { dialog } = await answeredWithoutAck();
    clock.advance(600);
    await peer.nextResponse(200, 'INVITE');
    clock.advance(32_000);
    const report = await told(application);
    assert.deepEqual(
      [report.source, report.transaction, report.dialog, report.fields.length],
      ['application', 'unsolicited', dialog, 11],
    );
    assert.match(report.text, /^BYE sip:peer@[^\r]*\r\n/);
    assert.match(report.text, /\r\nReason: SIP;cause=200;text="ACK timeout"\r\n/);
    peer.respond(await peer.nextRequest('BYE'), 200, 'OK');
    assert.equal(edge.figures().dialogs, 0);
  });

  it('tells the application that nobody acknowledged its 2xx also where the Contact leads nowhere', async () => {
    const lines = [
      'INVITE sip:app@127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bKn;rport`,
      'Max-Forwards: 70',
      'From: <sip:peer@127.0.0.1>;tag=1',
      'To: <sip:app@127.0.0.1>',
      'Call-ID: nowhere',
      'CSeq: 1 INVITE',
      'Contact: <sip:peer@127.0.0.1:5070;transport=sctp>',
      'Content-Length: 0',
    ];
    peer.send(`${lines.join('\r\n')}\r\n\r\n`);
    const { transaction } = await told(application);
    application.send(`x|sip|${transaction}|\r\nSIP/2.0 200 OK\r\n\r\nv=0`);
    await told(application);
    await peer.nextResponse(200, 'INVITE');
    clock.advance(32_600);
    assert.match((await told(application)).text, /^BYE sip:peer@127\.0\.0\.1:5070;transport=sctp /);
    peer.respond(await peer.nextRequest('BYE'), 200, 'OK');
    assert.equal(edge.figures().dialogs, 0);
  });

  it('passes an ACK up once', async () => {
    const { dialog, to } = await answeredWithoutAck();
    for (const branch of ['a1', 'a2']) peer.request('ACK', { branch, cseq: 1, callId: 'c', to });
    assert.equal((await told(application)).dialog, dialog);
    peer.request('BYE', { branch: 'b', cseq: 2, callId: 'c', to });
    assert.match((await told(application)).text, /^BYE /);
    assert.equal(edge.figures().dropped.repeated, 1);
  });

  it('refuses a re-INVITE that a BYE overtakes, and repeated sequence numbers', async () => {
    const { to } = await answeredWithoutAck();
    peer.request('ACK', { branch: 'a', cseq: 1, callId: 'c', to });
    await told(application);
    peer.request('INVITE', { branch: 'r', cseq: 2, callId: 'c', to });
    await told(application);
    peer.request('INVITE', { branch: 'r2', cseq: 3, callId: 'c', to });
    assert.ok(fieldValue(await peer.nextResponse(500, 'INVITE'), 'Retry-After'));
    peer.request('INFO', { branch: 'old', cseq: 2, callId: 'c', to });
    await peer.nextResponse(500, 'INFO');
    peer.request('BYE', { branch: 'b', cseq: 4, callId: 'c', to });
    await peer.nextResponse(487, 'INVITE');
    assert.match((await told(application)).text, /^BYE /);
  });

  it('acknowledges and hangs up when the application never acknowledges', async () => {
    const { invite } = await calling();
    peer.respond(invite, 200, 'OK', { toTag: 't', body: 'v=0' });
    await told(application);
    clock.advance(32_000);
    await peer.nextRequest('ACK');
    assert.match((await told(application)).text, /^BYE /);
    peer.respond(await peer.nextRequest('BYE'), 200, 'OK');
  });

  it('sends the requests of a dialog in the order of the commands', async () => {
    const { invite } = await calling();
    peer.respond(invite, 200, 'OK', { toTag: 't', body: 'v=0' });
    const { dialog } = await told(application);
    const commands = ['ACK', 'INFO', 'INVITE', 'BYE'].map(
      (method) => `m|sip||${dialog}\r\n${method} sip:placeholder SIP/2.0\r\n\r\n`,
    );
    application.send(...commands);
    const bye = await peer.nextRequest('BYE');
    assert.deepEqual(peer.unread, ['ACK', 'INFO', 'INVITE']);
    peer.respond(bye, 200, 'OK');
  });

  it('tells of a call that nobody answers by 408', async () => {
    const { transaction } = await calling();
    clock.advance(32_000);
    const report = await told(application);
    assert.deepEqual(
      [report.source, report.transaction, report.startLine],
      ['network', transaction, 'SIP/2.0 408 Request Timeout'],
    );
  });

  it('tells of a connection that cannot be made by 503', async () => {
    const free = await ScriptedPeer.open(1);
    application.send(`x|sip||\r\nOPTIONS sip:x@127.0.0.1:${free.port};transport=tcp SIP/2.0\r\n\r\n`);
    assert.equal((await told(application)).result, 'OK');
    assert.equal((await told(application)).startLine, 'SIP/2.0 503 Service Unavailable');
    free.close();
  });

  it('tries the next server when one is silent, refuses by 503 or cannot be reached (RFC 3263 §4.3)', async () => {
    const edgePort = peer.edgePort;
    const [silentPeer, busy, closed] = [
      await ScriptedPeer.open(edgePort),
      await ScriptedPeer.open(edgePort),
      await ScriptedPeer.open(edgePort),
    ];
    servers = [
      { protocol: 'udp', port: silentPeer.port },
      { protocol: 'udp', port: busy.port },
      { protocol: 'udp', port: peer.port },
      { protocol: 'tcp', port: closed.port },
    ];
    application.send('x|sip||\r\nINVITE sip:x@farm.example SIP/2.0\r\n\r\nv=0');
    const transaction = (await told(application)).fields[10];
    const first = await silentPeer.nextRequest('INVITE');
    clock.advance(32_000);
    const second = await busy.nextRequest('INVITE');
    busy.respond(second, 503, 'Service Unavailable', { toTag: 'b' });
    await busy.nextRequest('ACK');
    const third = await peer.nextRequest('INVITE');
    const kept = (request: SipRequest) => ['From', 'To', 'Call-ID', 'CSeq'].map((name) => fieldValue(request, name));
    assert.deepEqual(kept(third), kept(first), 'the same request');
    assert.equal(new Set([first, second, third].map((request) => fieldValue(request, 'Via'))).size, 3);
    peer.respond(third, 180, 'Ringing', { toTag: 'c' });
    const ringing = await told(application);
    assert.deepEqual([ringing.transaction, ringing.startLine], [transaction, 'SIP/2.0 180 Ringing']);
    application.send(`y|sip|${transaction}|\r\nCANCEL sip:x@farm.example SIP/2.0\r\n\r\n`);
    await told(application);
    const cancel = await peer.nextRequest('CANCEL');
    assert.equal(fieldValue(cancel, 'Via'), fieldValue(third, 'Via'));
    peer.respond(cancel, 200, 'OK');
    peer.respond(third, 503, 'Service Unavailable', { toTag: 'c' });
    assert.equal(
      (await told(application)).startLine,
      'SIP/2.0 503 Service Unavailable',
      'it rang: nobody else is tried',
    );
    clock.advance(32_000);
    for (const opened of [silentPeer, busy, closed]) opened.close();
    assert.equal(edge.figures().clientTransactions, 0);
  });

  it('tells the last failure when no server is left', async () => {
    const closed = await ScriptedPeer.open(peer.edgePort);
    servers = [
      { protocol: 'tcp', port: closed.port },
      { protocol: 'udp', port: peer.port },
    ];
    application.send('x|sip||\r\nOPTIONS sip:x@farm.example SIP/2.0\r\n\r\n');
    await told(application);
    await peer.nextRequest('OPTIONS');
    clock.advance(32_000);
    assert.equal((await told(application)).startLine, 'SIP/2.0 503 Service Unavailable');
    closed.close();
    assert.equal(edge.figures().clientTransactions, 0);
  });

  it('sends a CANCEL once when it is answered', async () => {
    const { invite, transaction } = await calling();
    peer.respond(invite, 180, 'Ringing', { toTag: 'x' });
    await told(application);
    application.send(`y|sip|${transaction}|\r\nCANCEL ${peer.uri} SIP/2.0\r\n\r\n`);
    await told(application);
    peer.respond(await peer.nextRequest('CANCEL'), 200, 'OK');
    peer.respond(invite, 487, 'Request Terminated', { toTag: 'x' });
    await told(application);
    await peer.nextRequest('ACK');
    clock.advance(31_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(peer.unread, []);
  });

  it('gives up 32 s after a CANCEL that brings no final answer (RFC 3261 §9.1)', async () => {
    const { invite, transaction } = await calling();
    peer.respond(invite, 180, 'Ringing', { toTag: 't' });
    await told(application);
    application.send(`y|sip|${transaction}|\r\nCANCEL sip:x SIP/2.0\r\n\r\n`);
    await told(application);
    peer.respond(await peer.nextRequest('CANCEL'), 200, 'OK');
    await new Promise((resolve) => setTimeout(resolve, 50));
    clock.advance(32_000);
    assert.equal((await told(application)).startLine, 'SIP/2.0 487 Request Terminated');
    assert.equal(edge.figures().dialogs, 0);
    assert.equal(edge.figures().pendingInvites, 0);
  });

  it('refuses calls when the application is gone, and cancels its own', async () => {
    const { invite } = await calling();
    peer.respond(invite, 180, 'Ringing', { toTag: 't' });
    await told(application);
    peer.request('INVITE', { branch: 'i', cseq: 1, callId: 'c' });
    await told(application);
    application.close();
    await peer.nextResponse(503, 'INVITE');
    await peer.nextRequest('CANCEL');
    peer.request('INVITE', { branch: 'j', cseq: 1, callId: 'd' });
    assert.ok(fieldValue(await peer.nextResponse(503, 'INVITE'), 'Retry-After'));
    peer.request('INVITE', { branch: 'k', cseq: 1, callId: 'd', to: '<sip:x@y>;tag=none' });
    await peer.nextResponse(481, 'INVITE');
  });

  it('sees that one request came on two ways (RFC 3261 §8.2.2.2)', async () => {
    for (const branch of ['w1', 'w2']) peer.request('INVITE', { branch, cseq: 1, callId: 'c' });
    await peer.nextResponse(482, 'INVITE');
    await told(application);
    for (let again = 0; again < 3; again += 1) peer.request('INVITE', { branch: 'w1', cseq: 1, callId: 'c' });
    for (let trying = 0; trying < 5; trying += 1) await peer.nextResponse(100, 'INVITE');
    peer.request('INFO', { branch: 'end', cseq: 9, callId: 'x', to: '<sip:x@y>;tag=none' });
    await peer.nextResponse(481, 'INFO');
    assert.deepEqual(peer.unread, [], 'repetitions get the 100 alone');
  });

  it('refuses an invitation that the application forgets', async () => {
    peer.request('INVITE', { branch: 'i', cseq: 1, callId: 'c' });
    await told(application);
    clock.advance(300_000);
    await peer.nextResponse(480, 'INVITE');
  });
});
