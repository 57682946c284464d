import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import type { MediaDescription } from '#codecs/media/description.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import type { EndReason, MediaExchange } from '../../call/call.ts';
import { createEdge, type Edge } from '../edge/edge.ts';
import { fieldValue } from '../edge/message/message.ts';
import { ScriptedPeer } from '../edge/scripted-peer.ts';
import { VirtualClock } from '../edge/virtual-clock.ts';
import type { InboundSipCall } from './inbound-sip-call.ts';
import { asksPictureFastUpdate, MEDIA_CONTROL_TYPE, pictureFastUpdate } from './picture-fast-update.ts';
import { SipApplication } from './sip-application.ts';

const silent: Logger = pino({ level: 'silent' });

function sdp(port: number): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  return [...head, `m=audio ${port} RTP/AVP 8`, 'a=rtpmap:8 PCMA/8000', ''].join('\r\n');
}

function described(port: number): MediaDescription {
  const result = readSdp(sdp(port));
  assert.ok('description' in result);
  return result.description;
}

const portOf = (description: MediaDescription | undefined) => description?.streams[0]?.address.port;

/** The service's side of SIP on a real edge, and a room that does just what a test says. */
describe('the SIP application on the embedded edge', () => {
  const clock = new VirtualClock();
  let edge: Edge;
  let application: SipApplication;
  let room: ScriptedPeer;
  let localAddress: Promise<string> = Promise.resolve('127.0.0.1');
  let calls = 0;

  before(async () => {
    edge = createEdge({
      listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
      control: { address: '127.0.0.1', port: 0, secret: 'cymru' },
      log: silent,
      clock,
    });
    const { control, hostports } = await edge.start();
    application = new SipApplication({
      server: { host: control.address, port: control.port, secret: 'cymru' },
      localAddressFor: () => localAddress,
      sessionTimer: { interval: 1800, minimum: 90 },
      log: silent,
    });
    await application.start();
    room = await ScriptedPeer.open(Number(hostports[0]?.split(':').at(-1)));
  });

  after(async () => {
    room.close();
    application.close();
    await edge.close();
  });

  afterEach(() => {
    application.removeAllListeners('call');
    localAddress = Promise.resolve('127.0.0.1');
  });

  interface Parts {
    readonly body?: string;
    readonly headers?: string[];
    readonly uri?: string;
  }

  /** The room calls; resolves to the call as the service sees it. */
  async function invited(parts: Parts = {}): Promise<{ call: InboundSipCall; callId: string; ended: EndReason[] }> {
    const arrived = once(application, 'call');
    const callId = invite(parts);
    const [call]: InboundSipCall[] = await arrived;
    assert.ok(call);
    const ended: EndReason[] = [];
    call.on('ended', (reason) => ended.push(reason));
    return { call, callId, ended };
  }

  function invite(parts: Parts = {}): string {
    calls += 1;
    const callId = `call-${calls}`;
    room.request('INVITE', { branch: callId, cseq: 1, callId, uri: 'sip:1001@127.0.0.1', body: sdp(4000), ...parts });
    return callId;
  }

  /** The room calls and the service answers; the ACK is sent. */
  async function standing(offer = sdp(4000)) {
    const { call, callId, ended } = await invited({ body: offer });
    const completed = call.invitation.complete(described(5000));
    const ok = await room.nextResponse(200, 'INVITE');
    const to = fieldValue(ok, 'To') ?? '';
    const uri = /<([^>]*)>/.exec(fieldValue(ok, 'Contact') ?? '')?.[1] ?? '';
    const dialog = { callId, to, uri };
    let cseq = 1;
    const ask = (method: string, more: { headers?: string[]; body?: string } = {}) => {
      if (method !== 'ACK') {
        cseq += 1;
      }
      room.request(method, { branch: `${callId}${method}${cseq}`, cseq, ...dialog, ...more });
    };
    ask('ACK', { body: offer === '' ? sdp(4000) : '' });
    /** An INFO with a body of a type of its own. */
    const info = (type: string, body: string) => {
      cseq += 1;
      const lines = [
        `INFO ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${room.port};branch=z9hG4bK${callId}info${cseq};rport`,
        `From: "Peer" <${room.uri}>;tag=peertag`,
        `To: ${to}`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq} INFO`,
        `Content-Type: ${type}`,
        `Content-Length: ${body.length}`,
      ];
      room.send(`${lines.join('\r\n')}\r\n\r\n${body}`);
    };
    return { call, ended, ok, ask, info, answer: await completed };
  }

  it('answers an offer, and tells who calls whom', async () => {
    const { call, ok, answer, ask, ended } = await standing();
    assert.equal(call.target, '1001');
    assert.equal(call.remoteName, 'Peer');
    assert.equal(portOf(call.invitation.offer), 4000);
    assert.equal(answer, undefined);
    assert.match(ok.body.toString(), /m=audio 5000 RTP\/AVP 8/);
    assert.match(fieldValue(ok, 'Allow') ?? '', /INFO/);
    ask('BYE');
    await room.nextResponse(200, 'BYE');
    assert.deepEqual(ended, ['remote-hangup']);
    call.end('local-hangup');
    assert.equal(edge.figures().dialogs, 0);
  });

  it('offers itself where the room does not, and reads the answer in the ACK', async () => {
    const { call, ok, answer } = await standing('');
    assert.equal(call.invitation.offer, undefined);
    assert.match(ok.body.toString(), /m=audio 5000/);
    assert.equal(portOf(answer), 4000);
    call.end('local-hangup');
    const bye = await room.nextRequest('BYE');
    assert.match(fieldValue(bye, 'Reason') ?? '', /^Q\.850;cause=16/);
    room.respond(bye, 200, 'OK');
  });

  it('ends a call whose ACK holds no answer that can be read', async () => {
    const { call, callId, ended } = await invited({ body: '' });
    const completed = call.invitation.complete(described(5000));
    completed.catch(() => undefined);
    const ok = await room.nextResponse(200, 'INVITE');
    const uri = /<([^>]*)>/.exec(fieldValue(ok, 'Contact') ?? '')?.[1] ?? '';
    room.request('ACK', { branch: `${callId}a`, cseq: 1, callId, to: fieldValue(ok, 'To') ?? '', uri });
    await assert.rejects(completed);
    assert.deepEqual(ended, ['bad-request']);
    room.respond(await room.nextRequest('BYE'), 200, 'OK');
  });

  it('refuses SDP that cannot be read with 400', async () => {
    const taken: unknown[] = [];
    application.on('call', (call) => taken.push(call));
    invite({ body: 'hello' });
    const refusal = await room.nextResponse(400, 'INVITE');
    assert.match(fieldValue(refusal, 'Reason') ?? '', /cause=95/);
    assert.deepEqual(taken, []);
  });

  it('refuses with the status of the reason, and says it in a Reason header', async () => {
    for (const [reason, status, cause] of [
      ['unknown-class', 404, 1],
      ['no-common-media', 488, 88],
      ['capacity', 503, 42],
      ['shutdown', 503, 41],
    ] as const) {
      const { call, ended } = await invited();
      call.end(reason);
      const refusal = await room.nextResponse(status, 'INVITE');
      assert.match(fieldValue(refusal, 'Reason') ?? '', new RegExp(`^Q\\.850;cause=${cause};text=`));
      assert.equal(fieldValue(refusal, 'Retry-After'), status === 503 ? '10' : undefined);
      assert.deepEqual(ended, [reason]);
    }
  });

  it('refuses for a fault of ours where nobody takes calls', async () => {
    invite();
    await room.nextResponse(500, 'INVITE');
  });

  it('ends a call that is cancelled before its answer', async () => {
    const { call, callId, ended } = await invited();
    room.request('CANCEL', { branch: callId, cseq: 1, callId, uri: 'sip:1001@127.0.0.1' });
    await room.nextResponse(200, 'CANCEL');
    await room.nextResponse(487, 'INVITE');
    await pause(20);
    assert.deepEqual(ended, ['cancelled']);
    await assert.rejects(call.invitation.complete(described(5000)));
    call.end('local-hangup');
  });

  it('ends a call that is cancelled before it is known where its packets will come from', async () => {
    const way = Promise.withResolvers<string>();
    localAddress = way.promise;
    const seen: InboundSipCall[] = [];
    const ended: EndReason[] = [];
    application.on('call', (call) => {
      seen.push(call);
      call.on('ended', (reason) => ended.push(reason));
      call.invitation.complete(described(5000)).catch(() => undefined);
    });
    const callId = invite();
    await pause(30);
    room.request('CANCEL', { branch: callId, cseq: 1, callId, uri: 'sip:1001@127.0.0.1' });
    await room.nextResponse(487, 'INVITE');
    await pause(20);
    way.resolve('127.0.0.1');
    await pause(50);
    assert.equal(seen.length, 0, 'nobody is there any more');
    assert.equal(edge.figures().dialogs, 0);
  });

  it('asks for key frames by INFO, and hears it when the room does', async () => {
    const { call, info } = await standing();
    call.requestKeyFrame();
    const asking = await room.nextRequest('INFO');
    assert.ok(asksPictureFastUpdate(fieldValue(asking, 'Content-Type') ?? '', asking.body.toString()));
    room.respond(asking, 200, 'OK');
    let asked = 0;
    call.on('keyframe-request', () => {
      asked += 1;
    });
    info(MEDIA_CONTROL_TYPE, pictureFastUpdate());
    await room.nextResponse(200, 'INFO');
    assert.equal(asked, 1);
    info('text/plain', 'hello');
    await room.nextResponse(415, 'INFO');
    assert.equal(asked, 1);
    call.end('local-hangup');
    room.respond(await room.nextRequest('BYE'), 200, 'OK');
  });

  it('takes a new offer in mid-call, and goes on as it was where it is refused', async () => {
    const { call, ask, ended } = await standing();
    const exchanges: MediaExchange[] = [];
    call.on('media', (exchange) => exchanges.push(exchange));
    ask('INVITE', { body: sdp(6000) });
    await pause(30);
    assert.equal(portOf(exchanges[0]?.offer), 6000);
    const completed = exchanges[0]?.complete(described(5002));
    const ok = await room.nextResponse(200, 'INVITE');
    assert.match(ok.body.toString(), /m=audio 5002/);
    ask('ACK');
    await completed;
    ask('INVITE', { body: sdp(7000) });
    await pause(30);
    exchanges[1]?.refuse('no-common-media');
    await room.nextResponse(488, 'INVITE');
    ask('ACK');
    ask('INVITE', { body: 'hello' });
    await room.nextResponse(400, 'INVITE');
    assert.equal(exchanges.length, 2);
    assert.deepEqual(ended, []);
    ask('BYE');
    await room.nextResponse(200, 'BYE');
    assert.deepEqual(ended, ['remote-hangup']);
  });

  it('gives up a call whose answer is never acknowledged', async () => {
    const { call, ended } = await invited();
    const completed = call.invitation.complete(described(5000));
    completed.catch(() => undefined);
    await room.nextResponse(200, 'INVITE');
    await pause(20);
    // Timer H: 32 s of the edge's own time.
    for (let second = 0; second < 34; second++) {
      clock.advance(1000);
    }
    await assert.rejects(completed);
    assert.deepEqual(ended, ['signalling-timeout']);
  });

  it('tells what it can do', async () => {
    calls += 1;
    room.request('OPTIONS', { branch: `options-${calls}`, cseq: 1, callId: `options-${calls}` });
    const answer = await room.nextResponse(200, 'OPTIONS');
    assert.match(fieldValue(answer, 'Allow') ?? '', /INVITE/);
    assert.equal(fieldValue(answer, 'Accept'), 'application/sdp');
  });

  it('does not take what it does not understand', async () => {
    const taken: unknown[] = [];
    application.on('call', (call) => taken.push(call));
    invite({ headers: ['Require: something-unknown, 100rel'] });
    assert.equal(fieldValue(await room.nextResponse(420, 'INVITE'), 'Unsupported'), 'something-unknown');
    invite({ headers: ['Content-Encoding: gzip'] });
    assert.equal(fieldValue(await room.nextResponse(415, 'INVITE'), 'Accept-Encoding'), 'identity');
    assert.deepEqual(taken, []);
    const { call } = await invited({ headers: ['Require: 100rel'] });
    call.end('local-hangup');
    await room.nextResponse(603, 'INVITE');
  });
});
