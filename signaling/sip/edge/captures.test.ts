import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertLike, capturedClient } from './captured-frames.ts';
import type { Edge } from './edge.ts';
import { exampleEdge } from './example-edge.ts';
import { fieldValue, fieldValues } from './message/message.ts';
import { ScriptedApplication } from './scripted-application.ts';
import { ScriptedPeer } from './scripted-peer.ts';

describe('the captured frames, replayed', () => {
  let edge: Edge;
  let controlPort: number;
  let application: ScriptedApplication;
  let peer: ScriptedPeer;

  before(async () => {
    edge = exampleEdge({
      listen: [
        { protocol: 'tcp', address: '127.0.0.1', port: 0 },
        { protocol: 'udp', address: '127.0.0.1', port: 0 },
      ],
      control: { address: '127.0.0.1', port: 0, secret: 'cymru' },
    });
    const { control, hostports } = await edge.start();
    controlPort = control.port;
    peer = await ScriptedPeer.open(Number(hostports[1]?.split(':').at(-1)));
  });

  beforeEach(async () => {
    application?.close();
    application = await ScriptedApplication.connect(controlPort);
  });

  after(async () => {
    application.close();
    peer.close();
    await edge.close();
  });

  async function logIn(): Promise<void> {
    application.send('a|authenticate|cymru|');
    application.send('b|route|invite');
    for (const id of ['a', 'b'])
      assert.deepEqual((await application.next()).fields.slice(1, 4), ['response', id, 'OK']);
  }

  it('authenticates, routes, pings (§2.1)', async () => {
    for (const index of [0, 1, 2]) {
      const frame = capturedClient('session', index);
      application.send(frame);
      const reply = await application.next();
      assertLike(reply, 'session', index);
      assert.equal(reply.fields[2], frame.split('|')[0]);
    }
  });

  it('takes frames in any pieces', async () => {
    const frame = capturedClient('session', 0);
    for (const character of `${frame.length}#${frame}`) application.sendRaw(character);
    assertLike(await application.next(), 'session', 0);
  });

  it('rejects a wrong secret, an unknown type, an unauthenticated route and what is no frame', async () => {
    application.send('aaaaaaaa-0000-0000-0000-000000000001|authenticate|wrong|');
    assertLike(await application.next(), 'bad secret', 0);
    await application.ended();
    application = await ScriptedApplication.connect(controlPort);
    await logIn();
    application.send('id-2|nonsense');
    assertLike(await application.next(), 'unknown type', 0);
    await application.ended();
    application = await ScriptedApplication.connect(controlPort);
    application.send('id-2|route|invite');
    assert.deepEqual((await application.next()).fields.slice(3), ['NO', 'not authenticated']);
    await application.ended();
    application = await ScriptedApplication.connect(controlPort);
    application.sendRaw('nonsense');
    await application.ended();
  });

  it('answers a call (§5.1, §5.3)', async () => {
    await logIn();
    peer.request('INVITE', { branch: 'r1', cseq: 31430, callId: 'c140546547482834', body: 'v=0\r\n' });
    const invitation = await application.next();
    const invite = assertLike(invitation, 'answer', 0);
    assert.equal(fieldValue(invite ?? assert.fail(), 'Call-ID'), 'c140546547482834');
    const transaction = invitation.fields[8] ?? '';
    application.send(capturedClient('answer', 0).replace('29e9c669-1ac2-4b50-b2ea-04379a6916e7', transaction));
    const reply = await application.next();
    const sent = assertLike(reply, 'answer', 1) ?? assert.fail();
    assert.equal(reply.fields[10], transaction);
    assert.equal(reply.fields[11], 'c140546547482834;from-tag=peertag');
    const ringing = await peer.nextResponse(180, 'INVITE');
    assert.deepEqual(sent, ringing, 'the reply holds what was sent');
    assert.match(fieldValue(ringing, 'Via') ?? '', new RegExp(`;rport=${peer.port};received=127.0.0.1$`));
    application.send(`x|sip|${transaction}|\r\nSIP/2.0 200 OK\r\ncontent-length: 3\r\n\r\nv=0é`);
    await application.next();
    const ok = await peer.nextResponse(200, 'INVITE');
    assert.equal(ok.body.length, 5, 'bytes, not what the application counted');
    assert.equal(fieldValue(ok, 'Content-Type'), 'application/sdp');
    const to = fieldValue(ok, 'To') ?? '';
    peer.request('ACK', { branch: 'r1a', cseq: 31430, callId: 'c140546547482834', to });
    const ack = await application.next();
    assert.deepEqual([ack.fields.length, ack.fields[8], ack.fields[9]], [11, transaction, reply.fields[11]]);
    peer.request('BYE', { branch: 'r1b', cseq: 31431, callId: 'c140546547482834', to, uri: 'sip:127.0.0.1:5060' });
    const bye = await application.next();
    assertLike(bye, 'answer', 2);
    assert.equal(bye.fields[9], reply.fields[11]);
    application.send(`y|sip|${bye.fields[8]}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    const byeReply = await application.next();
    assert.deepEqual([byeReply.fields.length, byeReply.fields[11]], [15, ''], 'no dialog id for the answer to BYE');
    await peer.nextResponse(200, 'BYE');
  });

  it('tells of a CANCEL by the transaction of the INVITE (§5.4)', async () => {
    await logIn();
    peer.request('INVITE', { branch: 'k1', cseq: 1, callId: 'k1', body: 'v=0\r\n' });
    const transaction = (await application.next()).fields[8];
    application.send(`x|sip|${transaction}|\r\nSIP/2.0 180 Ringing\r\n\r\n`);
    const dialog = (await application.next()).fields[11];
    peer.request('CANCEL', { branch: 'k1', cseq: 1, callId: 'k1' });
    const told = await application.next();
    assert.equal(told.fields.length, 11);
    assert.deepEqual(told.fields.slice(8), [transaction, dialog, '']);
    assert.match(told.text.toString(), /^CANCEL /);
    await peer.nextResponse(200, 'CANCEL');
    await peer.nextResponse(487, 'INVITE');
    application.send(`x|sip|${transaction}|\r\nSIP/2.0 487 Request Terminated\r\n\r\n`);
    assert.deepEqual((await application.next()).fields.slice(3, 4), ['NOK']);
    peer.request('ACK', { branch: 'k1', cseq: 1, callId: 'k1' });
  });

  it('calls, acknowledges, hangs up (§5.5), and cancels (§5.4)', async () => {
    await logIn();
    const body = 'v=0\r\n';
    const send = (frame: string) =>
      application.send(
        frame
          .replace('bob@127.0.0.1:5080', `bob@127.0.0.1:${peer.port}`)
          .replace('…Content-Length: 110', 'Content-Length: 5')
          .replace('v=0…', body),
      );
    send(capturedClient('call', 0));
    const reply = await application.next();
    const invite = assertLike(reply, 'call', 0) ?? assert.fail();
    assert.match(fieldValue(invite, 'From') ?? '', /^<sip:app@127\.0\.0\.1>;tag=\w+$/);
    assert.equal(fieldValue(invite, 'To'), `<sip:bob@127.0.0.1:${peer.port}>`);
    const seen = await peer.nextRequest('INVITE');
    assert.deepEqual(invite, seen);
    peer.respond(seen, 180, 'Ringing', { toTag: 't' });
    const ringing = await application.next();
    assertLike(ringing, 'call', 1);
    peer.respond(seen, 200, 'Answering', { toTag: 't', body, headers: [['Content-Type', 'application/sdp']] });
    const ok = await application.next();
    assertLike(ok, 'call', 2);
    const dialog = `${fieldValue(invite, 'Call-ID')};from-tag=${/tag=(.*)/.exec(fieldValue(invite, 'From') ?? '')?.[1]}`;
    for (const report of [ringing, ok]) assert.deepEqual(report.fields.slice(8, 10), [reply.fields[10], dialog]);
    const within = (frame: string) => send(frame.replace('679fa628-…;from-tag=tZc92gQetpD2F', dialog));
    within(capturedClient('call', 1));
    assertLike(await application.next(), 'call', 3);
    await peer.nextRequest('ACK');
    within(capturedClient('call', 2));
    const byeReply = await application.next();
    assertLike(byeReply, 'call', 4);
    peer.respond(await peer.nextRequest('BYE'), 200, 'OK');
    const done = await application.next();
    assertLike(done, 'call', 5);
    assert.deepEqual(done.fields.slice(8, 10), [byeReply.fields[10], dialog]);
    within(capturedClient('call', 2));
    assert.match((await application.next()).fields.join('|'), /NOK\|Server error: unable to find dialog/);

    send(capturedClient('call', 0));
    const second = (await application.next()).fields[10];
    peer.respond(await peer.nextRequest('INVITE'), 100, 'Trying');
    application.send(`z|sip|${second}|\r\nCANCEL sip:bob@127.0.0.1 SIP/2.0\r\nReason: SIP;cause=200\r\n\r\n`);
    const cancelReply = await application.next();
    assert.deepEqual([cancelReply.fields.length, cancelReply.fields[11]], [13, 'Msg sent:']);
    assert.match(cancelReply.text.toString(), /^CANCEL /);
    const cancel = await peer.nextRequest('CANCEL');
    assert.equal(fieldValue(cancel, 'Reason'), 'SIP;cause=200');
  });

  it('answers reliably (§5.6)', async () => {
    await logIn();
    const callId = '1-10572@127.0.0.1';
    peer.request('INVITE', { branch: 'p0', cseq: 1, callId: 'p0' });
    const plain = (await application.next()).fields[8];
    application.send(`w|sip|${plain}|\r\nSIP/2.0 183 Session in Progress\r\nrequire: 100rel\r\n\r\n`);
    assert.deepEqual((await application.next()).fields.slice(3), ['NOK', 'Remote endpoint does not support 100rel']);
    peer.request('INVITE', { branch: 'p1', cseq: 1, callId, headers: ['Supported: timer, 100rel'] });
    const transaction = (await application.next()).fields[8];
    application.send(`w|sip|${transaction}|\r\nSIP/2.0 183 Session in Progress\r\nrequire: 100rel\r\n\r\n`);
    const sent = assertLike(await application.next(), 'reliable answer', 0) ?? assert.fail();
    const sequence = fieldValue(sent, 'RSeq');
    assert.match(sequence ?? '', /^\d+$/);
    await peer.nextResponse(183, 'INVITE');
    const repeated = await peer.nextResponse(183, 'INVITE');
    assert.equal(fieldValue(repeated, 'RSeq'), sequence, 'repeated until the PRACK');
    const to = fieldValue(sent, 'To') ?? '';
    peer.request('PRACK', { branch: 'p2', cseq: 2, callId, to, headers: ['RAck: 1 1 INVITE'] });
    await peer.nextResponse(481, 'PRACK');
    peer.request('PRACK', {
      branch: 'p3',
      cseq: 3,
      callId,
      to,
      uri: 'sip:127.0.0.1:5060',
      headers: [`RAck: ${sequence} 1 INVITE`],
    });
    const prack = await application.next();
    assertLike(prack, 'reliable answer', 1);
    assert.notEqual(prack.fields[8], transaction);
    application.send(`v|sip|${prack.fields[8]}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    assertLike(await application.next(), 'reliable answer', 2);
    await peer.nextResponse(200, 'PRACK');
    application.send(`u|sip|${transaction}|\r\nSIP/2.0 486 Busy Here\r\n\r\n`);
    await application.next();
    await peer.nextResponse(486, 'INVITE');
    peer.request('ACK', { branch: 'p1', cseq: 1, callId, to });
  });

  it('acknowledges reliable answers (§5.6)', async () => {
    await logIn();
    application.send(`w|sip||\r\nINVITE ${peer.uri} SIP/2.0\r\n\r\n`);
    const transaction = (await application.next()).fields[10];
    const invite = await peer.nextRequest('INVITE');
    const progress = {
      toTag: 't',
      headers: [
        ['Require', '100rel'],
        ['RSeq', '4711'],
      ],
    } as const;
    peer.respond(invite, 183, 'Progress', progress);
    const report = await application.next();
    assertLike(report, 'reliable call', 0);
    assert.equal(report.fields[8], transaction);
    peer.respond(invite, 183, 'Progress', progress);
    const frame = capturedClient('reliable call', 0)
      .replace('d85baeed-…;from-tag=vHZt66rNm8S7p', report.fields[9] ?? '')
      .replace(/\r\n…$/, '\r\n\r\n');
    application.send(frame);
    const reply = await application.next();
    assertLike(reply, 'reliable call', 1);
    const prack = await peer.nextRequest('PRACK');
    assert.equal(fieldValue(prack, 'RAck'), '4711 123085767 INVITE');
    peer.respond(prack, 200, 'OK');
    const done = await application.next();
    assertLike(done, 'reliable call', 2);
    assert.equal(done.fields[8], reply.fields[10]);
    peer.respond(invite, 486, 'Busy Here', { toTag: 't' });
    const refusal = await application.next();
    assert.deepEqual(refusal.fields.slice(8, 10), [transaction, report.fields[9]]);
    await peer.nextRequest('ACK');
    application.send(`q|sip||${report.fields[9]}\r\nACK sip:x SIP/2.0\r\n\r\n`);
    const nok = await application.next();
    assert.equal(nok.fields[4], 'ACK for non-success final response is automatically generated by server');
  });

  it('proxies a call and is out of it (§6)', async () => {
    await logIn();
    const callee = await ScriptedPeer.open(peer.edgePort);
    peer.request('INVITE', { branch: 'x1', cseq: 1, callId: 'x1', body: 'v=0\r\n' });
    const transaction = (await application.next()).fields[8] ?? '';
    const frame = capturedClient('proxy', 0)
      .replace('f3d0247f-ca98-4275-8b38-94ce6cf7d36e', transaction)
      .replaceAll('bob@127.0.0.1:5080', `bob@127.0.0.1:${callee.port}`);
    application.send(frame);
    const invite = await callee.nextRequest('INVITE');
    assert.equal(invite.uri, `sip:bob@127.0.0.1:${callee.port}`);
    callee.respond(invite, 180, 'Ringing', { toTag: 'c' });
    await peer.nextResponse(180, 'INVITE');
    callee.respond(invite, 200, 'Answering', { toTag: 'c', body: 'v=0\r\n' });
    const told = await application.next();
    assertLike(told, 'proxy', 0);
    assertLike(await application.next(), 'proxy', 1);
    const ok = await peer.nextResponse(200, 'INVITE');
    assert.equal(fieldValues(ok, 'Via').length, 1);
    application.send(frame.replace('353af9cd', '353af9ce'));
    assert.equal((await application.next()).fields[4], `Unknown transaction id: ${transaction}`);
    callee.close();
  });

  it('tells of calls by records (§7)', async () => {
    await logIn();
    for (const kind of ['attempt', 'start', 'stop']) {
      application.send(`r|route|cdr:${kind}`);
      await application.next();
    }
    const named = async (kind: string) => {
      for (;;) {
        const frame = await application.next();
        if (frame.fields[1] === kind) return frame;
      }
    };
    peer.request('INVITE', { branch: 'y1', cseq: 1, callId: 'y1', body: 'v=0\r\n' });
    assertLike(await named('cdr:attempt'), 'records', 0);
    const { fields } = await named('sip');
    application.send(`x|sip|${fields[8]}|\r\nSIP/2.0 200 OK\r\n\r\nv=0`);
    assertLike(await named('cdr:start'), 'records', 1);
    const to = fieldValue(await peer.nextResponse(200, 'INVITE'), 'To') ?? '';
    peer.request('ACK', { branch: 'y2', cseq: 1, callId: 'y1', to });
    peer.request('BYE', { branch: 'y3', cseq: 2, callId: 'y1', to });
    assertLike(await named('cdr:stop'), 'records', 2);
  });

  it('connects to an application for a request (§2.2)', async () => {
    const { promise, resolve } = Promise.withResolvers<ScriptedApplication>();
    const server = createServer((socket) => resolve(ScriptedApplication.on(socket)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const outward = exampleEdge({
      listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
      control: { address: '127.0.0.1', port: 0, secret: 'cymru' },
      requestHandlers: { INVITE: `tcp://127.0.0.1:${address.port}`, MESSAGE: 'tcp://127.0.0.1:1' },
    });
    const { hostports } = await outward.start();
    const caller = await ScriptedPeer.open(Number(hostports[0]?.split(':').at(-1)));
    caller.request('MESSAGE', { branch: 'o1', cseq: 1, callId: 'o1' });
    await caller.nextResponse(480, 'MESSAGE');
    caller.request('INVITE', { branch: 'o2', cseq: 1, callId: 'o2' });
    const summoned = await promise;
    summoned.send(capturedClient('outbound', 0));
    const reply = await summoned.next();
    assert.equal(reply.fields[3], 'OK');
    const invitation = await summoned.next();
    assertLike(invitation, 'outbound', 0);
    summoned.send(`y|sip|${invitation.fields[8]}|\r\nSIP/2.0 486 Busy Here\r\n\r\n`);
    await caller.nextResponse(486, 'INVITE');
    for (const opened of [caller, summoned, server]) opened.close();
    await outward.close();
  });

  it('refuses what it cannot do (§5.4, §5.5)', async () => {
    await logIn();
    const commands = [
      'id-3|sip||none;from-tag=none\r\nBYE sip:placeholder SIP/2.0\r\n\r\n',
      'id-4|sip|nonsense|\r\nCANCEL sip:x SIP/2.0\r\n\r\n',
      'id-5|sip|nonsense|\r\nSIP/2.0 200 OK\r\n\r\n',
    ];
    for (const [index, command] of commands.entries()) {
      application.send(command);
      assertLike(await application.next(), 'refusals', index);
    }
    application.send('id-6|sip||\r\nOPTIONS sips:x@127.0.0.1 SIP/2.0\r\n\r\n');
    assert.equal((await application.next()).fields[4], 'requested protocol/transport not available');
    application.send(`id-7|sip||\r\nMESSAGE ${peer.uri} SIP/2.0\r\n\r\nhello`);
    assert.equal((await application.next()).fields[4], 'missing content-type');
    application.send('id-8|proxy|x||||serial|||sip:y\r\nINVITE sip:y SIP/2.0\r\n\r\n');
    assert.deepEqual((await application.next()).fields.slice(3), ['NOK', 'Unknown transaction id: x']);
  });
});
