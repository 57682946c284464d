import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import Srf from 'drachtio-srf';
import type { Edge } from './edge.ts';
import { exampleEdge } from './example-edge.ts';
import { fieldValue } from './message/message.ts';
import { ScriptedPeer } from './scripted-peer.ts';

const OFFER =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n';
const ANSWER = OFFER.replace('4000', '5000');

type Invitation = [req: Srf.SrfRequest, res: Srf.SrfResponse];

/** The next value of an event that a callback gives. */
function next<T>(): { give: (value: T) => void; promise: Promise<T> } {
  const { resolve, promise } = Promise.withResolvers<T>();
  return { give: resolve, promise };
}

describe('drachtio-srf on the edge', () => {
  let edge: Edge;
  let srf: Srf;
  let peer: ScriptedPeer;
  let udpPort: number;
  let invited = next<Invitation>();

  before(async () => {
    edge = exampleEdge({
      control: { address: '127.0.0.1', port: 0, secret: 'cymru' },
    });
    const { control, hostports } = await edge.start();
    udpPort = Number(
      hostports
        .find((text) => text.startsWith('udp/'))
        ?.split(':')
        .at(-1),
    );
    srf = new Srf();
    const connected = once(srf, 'connect');
    srf.invite((...invitation) => invited.give(invitation));
    srf.use('options', (_req, res) => res.send(200, { headers: { Accept: 'application/sdp' } }));
    void srf.connect({ host: control.address, port: control.port, secret: 'cymru' });
    const [error, hostport] = await connected;
    assert.equal(error, null);
    assert.equal(hostport, hostports.join(','));
    peer = await ScriptedPeer.open(udpPort);
  });

  after(async () => {
    peer.close();
    srf.disconnect();
    await edge.close();
  });

  let calls = 0;
  function fresh(): string {
    calls += 1;
    invited = next();
    return `c${calls}`;
  }

  /** The peer calls and the application answers. */
  async function incoming(offer = OFFER, ack = '') {
    const callId = fresh();
    peer.request('INVITE', { branch: callId, cseq: 1, callId, body: offer });
    const [req, res] = await invited.promise;
    const dialog = await srf.createUAS(req, res, { localSdp: ANSWER });
    const ok = await peer.nextResponse(200, 'INVITE');
    const to = fieldValue(ok, 'To') ?? '';
    const uri = /<([^>]*)>/.exec(fieldValue(ok, 'Contact') ?? '')?.[1] ?? '';
    const acked = once(dialog, 'ack');
    peer.request('ACK', { branch: `${callId}a`, cseq: 1, callId, to, uri, body: ack });
    await acked;
    return { callId, dialog, ok, to, uri };
  }

  /** The application calls and the peer answers. */
  async function outgoing() {
    fresh();
    const dialling = srf.createUAC(peer.uri, { localSdp: OFFER });
    const invite = await peer.nextRequest('INVITE');
    peer.respond(invite, 180, 'Ringing', { toTag: 'callee' });
    peer.respond(invite, 200, 'OK', { toTag: 'callee', body: ANSWER, headers: [['Content-Type', 'application/sdp']] });
    const ack = await peer.nextRequest('ACK');
    return { dialog: await dialling, invite, ack };
  }

  it('answers a call with offer; the peer hangs up', async () => {
    const { dialog, callId, to, ok } = await incoming();
    assert.equal(ok.body.toString(), ANSWER);
    assert.equal(fieldValue(ok, 'Contact'), `<sip:127.0.0.1:${udpPort}>`);
    assert.equal(fieldValue(ok, 'Content-Type'), 'application/sdp');
    assert.equal(dialog.remote.sdp, OFFER);
    const destroyed = once(dialog, 'destroy');
    peer.request('BYE', { branch: `${callId}b`, cseq: 2, callId, to });
    await destroyed;
    await peer.nextResponse(200, 'BYE');
    assert.equal(edge.figures().dialogs, 0);
  });

  it('answers a call without offer; the answer comes in the ACK; the application hangs up', async () => {
    const { dialog, callId, to } = await incoming('', ANSWER);
    assert.equal(dialog.remote.sdp, ANSWER);
    const ended = (async () => dialog.destroy())();
    const bye = await peer.nextRequest('BYE');
    assert.equal(bye.uri, peer.uri);
    assert.equal(fieldValue(bye, 'Call-ID'), callId);
    assert.equal(fieldValue(bye, 'From'), to);
    assert.equal(fieldValue(bye, 'To'), `"Peer" <${peer.uri}>;tag=peertag`);
    peer.respond(bye, 200, 'OK');
    await ended;
    assert.equal(edge.figures().dialogs, 0);
  });

  it('tells the application of a CANCEL and answers it', async () => {
    const callId = fresh();
    peer.request('INVITE', { branch: callId, cseq: 1, callId, body: OFFER });
    const [req, res] = await invited.promise;
    const cancelled = next<Srf.SipMessage>();
    req.on('cancel', (message: Srf.SipMessage) => cancelled.give(message));
    res.send(180);
    await peer.nextResponse(180, 'INVITE');
    peer.request('CANCEL', { branch: callId, cseq: 1, callId });
    await cancelled.promise;
    await peer.nextResponse(200, 'CANCEL');
    const refusal = await peer.nextResponse(487, 'INVITE');
    peer.request('ACK', { branch: callId, cseq: 1, callId, to: fieldValue(refusal, 'To') ?? '' });
    assert.equal(edge.figures().dialogs, 0);
  });

  it('passes on re-INVITE, INFO and OPTIONS of the peer', async () => {
    const { dialog, callId, to } = await incoming();
    const changed = OFFER.replace('m=audio 4000', 'm=audio 4002');
    dialog.on('modify', (_req, res) => res.send(200, { body: ANSWER }));
    peer.request('INVITE', { branch: `${callId}r`, cseq: 2, callId, to, body: changed });
    const ok = await peer.nextResponse(200, 'INVITE');
    assert.equal(ok.body.toString(), ANSWER);
    assert.equal(fieldValue(ok, 'To'), to);
    const acked = once(dialog, 'ack');
    peer.request('ACK', { branch: `${callId}ra`, cseq: 2, callId, to });
    await acked;
    assert.equal(dialog.remote.sdp, changed);
    dialog.on('info', (req, res) => res.send(200, { headers: { 'X-Echo': req.body } }));
    peer.request('INFO', { branch: `${callId}i`, cseq: 3, callId, to, body: 'Signal=5' });
    assert.equal(fieldValue(await peer.nextResponse(200, 'INFO'), 'X-Echo'), 'Signal=5');
    peer.request('OPTIONS', { branch: `${callId}o`, cseq: 4, callId, to });
    await peer.nextResponse(200, 'OPTIONS');
    peer.request('BYE', { branch: `${callId}b`, cseq: 5, callId, to });
    await peer.nextResponse(200, 'BYE');
  });

  it('answers OPTIONS outside a dialog, refuses unknown methods', async () => {
    fresh();
    peer.request('OPTIONS', { branch: 'opt', cseq: 1, callId: 'opt' });
    assert.equal(fieldValue(await peer.nextResponse(200, 'OPTIONS'), 'Accept'), 'application/sdp');
    peer.request('REGISTER', { branch: 'reg', cseq: 1, callId: 'reg' });
    assert.equal(fieldValue(await peer.nextResponse(405, 'REGISTER'), 'Allow'), 'INVITE, OPTIONS, ACK, CANCEL');
    peer.request('DANCE', { branch: 'dance', cseq: 1, callId: 'dance' });
    await peer.nextResponse(501, 'DANCE');
    peer.request('BYE', { branch: 'bye', cseq: 1, callId: 'bye', to: '<sip:x@y>;tag=none' });
    await peer.nextResponse(481, 'BYE');
  });

  it('calls; re-INVITE and INFO of the application; the peer hangs up', async () => {
    const { dialog, invite, ack } = await outgoing();
    assert.equal(fieldValue(ack, 'CSeq'), `${Number.parseInt(fieldValue(invite, 'CSeq') ?? '', 10)} ACK`);
    assert.match(fieldValue(ack, 'To') ?? '', /;tag=callee$/);
    assert.equal(dialog.remote.sdp, ANSWER);
    const modified = dialog.modify(OFFER.replace('4000', '4004'));
    const reinvite = await peer.nextRequest('INVITE');
    assert.match(reinvite.body.toString(), /m=audio 4004/);
    peer.respond(reinvite, 200, 'OK', {
      body: ANSWER.replace('5000', '5002'),
      headers: [['Content-Type', 'application/sdp']],
    });
    await peer.nextRequest('ACK');
    assert.match(await modified, /m=audio 5002/);
    const asked = dialog.request({ method: 'INFO', headers: { 'Content-Type': 'text/plain' }, body: 'hi' } as never);
    const info = await peer.nextRequest('INFO');
    peer.respond(info, 200, 'OK');
    assert.equal((await asked).status, 200);
    const sequence = (message: typeof invite) => Number.parseInt(fieldValue(message, 'CSeq') ?? '', 10);
    assert.deepEqual([sequence(reinvite), sequence(info)], [sequence(invite) + 1, sequence(invite) + 2]);
    const destroyed = once(dialog, 'destroy');
    peer.send(
      `BYE sip:127.0.0.1:${udpPort} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bKhangup\r\n` +
        `From: ${fieldValue(ack, 'To')}\r\nTo: ${fieldValue(ack, 'From')}\r\nCall-ID: ${fieldValue(ack, 'Call-ID')}\r\n` +
        'CSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n',
    );
    await destroyed;
    await peer.nextResponse(200, 'BYE');
  });

  it('proxies a request', async () => {
    const callId = fresh();
    const callee = await ScriptedPeer.open(udpPort);
    peer.request('INVITE', { branch: callId, cseq: 1, callId, body: OFFER });
    const [req] = await invited.promise;
    const proxying = srf.proxyRequest(req, callee.uri, { forking: 'simultaneous', remainInDialog: true });
    callee.respond(await callee.nextRequest('INVITE'), 486, 'Busy Here', { toTag: 'x' });
    const results: unknown = await proxying;
    await peer.nextResponse(486, 'INVITE');
    assert.partialDeepStrictEqual(results, { connected: false, finalStatus: 486 });
    callee.close();
  });

  it('is connected to by the edge when it listens', async () => {
    const listening = new Srf();
    const arrived = next<Invitation>();
    listening.invite((...invitation) => arrived.give(invitation));
    const server = createServer().listen(0, '127.0.0.1');
    const options = { server, secret: 'cymru' };
    void listening.listen(options);
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const outward = exampleEdge({
      listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
      control: { address: '127.0.0.1', port: 0, secret: 'cymru' },
      requestHandlers: { INVITE: `tcp://127.0.0.1:${address.port}` },
    });
    const { hostports } = await outward.start();
    const caller = await ScriptedPeer.open(Number(hostports[0]?.split(':').at(-1)));
    caller.request('INVITE', { branch: 'l', cseq: 1, callId: 'l', body: OFFER });
    const [req, res] = await arrived.promise;
    const dialog = await listening.createUAS(req, res, { localSdp: ANSWER });
    const to = fieldValue(await caller.nextResponse(200, 'INVITE'), 'To') ?? '';
    caller.request('ACK', { branch: 'la', cseq: 1, callId: 'l', to });
    const destroyed = once(dialog, 'destroy');
    caller.request('BYE', { branch: 'lb', cseq: 2, callId: 'l', to });
    await destroyed;
    await caller.nextResponse(200, 'BYE');
    caller.close();
    await outward.close();
    server.close();
  });

  it('cancels a call of the application', async () => {
    fresh();
    const sent = next<Srf.SrfRequest>();
    const cbRequest = (...given: unknown[]) => sent.give(given[1] as Srf.SrfRequest);
    const dialling = srf.createUAC(peer.uri, { localSdp: OFFER }, { cbRequest });
    const refused = assert.rejects(dialling, { status: 487 });
    const invite = await peer.nextRequest('INVITE');
    (await sent.promise).cancel(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(!peer.unread.includes('CANCEL'), 'no CANCEL before a provisional answer');
    peer.respond(invite, 100, 'Trying');
    const request = await peer.nextRequest('CANCEL');
    assert.equal(fieldValue(request, 'Via'), fieldValue(invite, 'Via'));
    assert.equal(fieldValue(request, 'CSeq'), (fieldValue(invite, 'CSeq') ?? '').replace('INVITE', 'CANCEL'));
    peer.respond(request, 200, 'OK');
    peer.respond(invite, 487, 'Request Terminated', { toTag: 'x' });
    await peer.nextRequest('ACK');
    await refused;
  });

  it('repeats a challenged INVITE with credentials as the same call', async () => {
    fresh();
    const dialling = srf.createUAC(peer.uri, { localSdp: OFFER, auth: { username: 'u', password: 'p' } });
    const first = await peer.nextRequest('INVITE');
    peer.respond(first, 401, 'Unauthorized', {
      toTag: 'x',
      headers: [['WWW-Authenticate', 'Digest realm="r", nonce="n", qop="auth"']],
    });
    await peer.nextRequest('ACK');
    const second = await peer.nextRequest('INVITE');
    for (const name of ['Call-ID', 'From', 'To']) assert.equal(fieldValue(second, name), fieldValue(first, name));
    assert.equal(
      Number.parseInt(fieldValue(second, 'CSeq') ?? '', 10),
      Number.parseInt(fieldValue(first, 'CSeq') ?? '', 10) + 1,
    );
    assert.match(fieldValue(second, 'Authorization') ?? '', /^Digest username="u",realm="r"/);
    assert.notEqual(fieldValue(second, 'Via'), fieldValue(first, 'Via'));
    peer.respond(second, 200, 'OK', { toTag: 'y', body: ANSWER, headers: [['Content-Type', 'application/sdp']] });
    const ack = await peer.nextRequest('ACK');
    assert.equal(fieldValue(ack, 'Authorization'), fieldValue(second, 'Authorization'), 'RFC 3261 §22.1');
    const dialog = await dialling;
    const ended = (async () => dialog.destroy())();
    peer.respond(await peer.nextRequest('BYE'), 200, 'OK');
    await ended;
  });

  it('follows Record-Route and uses an outbound proxy', async () => {
    fresh();
    const dialling = srf.createUAC('sip:room@192.0.2.77', { localSdp: OFFER, proxy: `sip:127.0.0.1:${peer.port}` });
    const invite = await peer.nextRequest('INVITE');
    assert.equal(invite.uri, 'sip:room@192.0.2.77');
    peer.respond(invite, 200, 'OK', {
      toTag: 'y',
      body: ANSWER,
      headers: [
        ['Content-Type', 'application/sdp'],
        ['Record-Route', `<sip:192.0.2.1;lr>, <sip:127.0.0.1:${peer.port};lr>`],
      ],
    });
    const ack = await peer.nextRequest('ACK');
    assert.equal(ack.uri, peer.uri);
    assert.deepEqual(
      ack.headers.filter(({ key }) => key === 'route').map(({ value }) => value),
      [`<sip:127.0.0.1:${peer.port};lr>`, '<sip:192.0.2.1;lr>'],
    );
    const dialog = await dialling;
    const ended = (async () => dialog.destroy())();
    peer.respond(await peer.nextRequest('BYE'), 200, 'OK');
    await ended;
  });

  it('acknowledges and ends other branches of a forked call', async () => {
    fresh();
    const dialling = srf.createUAC(peer.uri, { localSdp: OFFER });
    const invite = await peer.nextRequest('INVITE');
    const answer = { body: ANSWER, headers: [['Content-Type', 'application/sdp']] as const };
    peer.respond(invite, 183, 'Progress', { toTag: 'two' });
    peer.respond(invite, 200, 'OK', { toTag: 'one', ...answer });
    assert.match(fieldValue(await peer.nextRequest('ACK'), 'To') ?? '', /tag=one$/);
    const dialog = await dialling;
    peer.respond(invite, 200, 'OK', { toTag: 'two', ...answer });
    assert.match(fieldValue(await peer.nextRequest('ACK'), 'To') ?? '', /tag=two$/);
    const bye = await peer.nextRequest('BYE');
    assert.match(fieldValue(bye, 'To') ?? '', /tag=two$/);
    peer.respond(bye, 200, 'OK');
    peer.respond(invite, 200, 'OK', { toTag: 'one', ...answer });
    assert.match(fieldValue(await peer.nextRequest('ACK'), 'To') ?? '', /tag=one$/);
    const ended = (async () => dialog.destroy())();
    peer.respond(await peer.nextRequest('BYE'), 200, 'OK');
    await ended;
  });

  it('refuses an INVITE while one of the application is under way, and the other way about', async () => {
    const { dialog, callId, to } = await incoming();
    const modified = dialog.modify(OFFER).catch(() => {});
    const reinvite = await peer.nextRequest('INVITE');
    peer.request('INVITE', { branch: `${callId}g`, cseq: 2, callId, to, body: OFFER });
    await peer.nextResponse(491, 'INVITE');
    peer.respond(reinvite, 491, 'Request Pending');
    await modified;
    const ended = (async () => dialog.destroy())();
    peer.respond(await peer.nextRequest('BYE'), 200, 'OK');
    await ended;
  });

  it('counts', () => {
    const { messages, applications } = edge.figures();
    assert.equal(applications, 1);
    assert.ok(
      messages.some(({ method, direction, kind }) => method === 'INVITE' && direction === 'in' && kind === 'request'),
    );
    assert.ok(messages.some(({ method }) => method === 'other'));
  });
});
