import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Edge } from './edge.ts';
import { exampleEdge, loggedIn } from './example-edge.ts';
import { fieldValue, fieldValues, type SipRequest, type SipResponse } from './message/message.ts';
import type { ScriptedApplication } from './scripted-application.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('the edge as a proxy', () => {
  let clock: VirtualClock;
  let edge: Edge;
  let application: ScriptedApplication;
  let caller: ScriptedPeer;
  let callees: ScriptedPeer[] = [];

  beforeEach(async () => {
    clock = new VirtualClock(1_000_000);
    edge = exampleEdge({
      clock,
      resolver: {
        addresses: async () => ['127.0.0.1'],
        services: async (name) =>
          name === '_sip._udp.farm.example'
            ? callees.map(({ port }, priority) => ({ target: 'node', port, priority, weight: 1 }))
            : [],
      },
    });
    const { control, hostports } = await edge.start();
    const port = Number(hostports[0]?.split(':').at(-1));
    application = await loggedIn(control.port, ['invite', 'message']);
    caller = await ScriptedPeer.open(port);
    callees = [await ScriptedPeer.open(port), await ScriptedPeer.open(port)];
  });

  afterEach(async () => {
    for (const opened of [application, caller, ...callees]) opened.close();
    await edge.close();
    assert.equal(clock.pending, 0, 'no timer outlives the edge');
  });

  const callee = (index: number) => callees[index] ?? assert.fail();

  /** The caller sends a request and the application has it proxied. @param flags the fields after the transaction */
  async function proxied(flags: string, targets: string[], method = 'INVITE', headers: string[] = []) {
    const body = method === 'INVITE' ? { body: 'v=0\r\n' } : {};
    caller.request(method, { branch: 'b1', cseq: 1, callId: 'c', headers, ...body });
    const transaction = (await application.next()).fields[8];
    application.send(
      `p|proxy|${transaction}|${flags}|${targets.join('|')}\r\n${method} ${targets[0]} SIP/2.0\r\nX-Class: 7\r\n\r\n`,
    );
  }

  /** The statuses that the application is told of, until `done`. */
  async function told(): Promise<string[]> {
    const statuses: string[] = [];
    for (;;) {
      const { fields, text } = await application.next();
      assert.equal(fields[3], 'OK', fields.join('|'));
      if (fields[4] === 'done') return statuses;
      assert.deepEqual([fields[4], fields[12]], ['network', 'continue']);
      statuses.push(text.toString('latin1', 8, 11));
    }
  }

  const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

  function within(method: string, cseq: number, response: SipResponse, extra: string[] = []): void {
    const routes = fieldValues(response, 'Record-Route')
      .toReversed()
      .map((value) => `Route: ${value}`);
    const uri = /<([^>]*)>/.exec(fieldValue(response, 'Contact') ?? '')?.[1] ?? '';
    const to = fieldValue(response, 'To') ?? '';
    caller.request(method, { branch: `b${cseq}${method}`, cseq, callId: 'c', to, uri, headers: [...routes, ...extra] });
  }

  it('stays in the dialog: ACK, requests of both sides and BYE go through it', async () => {
    await proxied('remainInDialog|fullResponse||serial||', [callee(0).uri]);
    const invite = await callee(0).nextRequest('INVITE');
    assert.equal(invite.uri, callee(0).uri);
    assert.equal(fieldValue(invite, 'Max-Forwards'), '69');
    assert.equal(fieldValue(invite, 'X-Class'), '7');
    assert.equal(fieldValues(invite, 'Via').length, 2);
    assert.match(fieldValue(invite, 'Record-Route') ?? '', /^<sip:\w+@127\.0\.0\.1:\d+;lr>$/);
    assert.equal(invite.body.toString(), 'v=0\r\n');
    callee(0).respond(invite, 200, 'OK', { toTag: 'callee', body: 'v=0\r\n' });
    assert.deepEqual(await told(), ['200']);
    const ok = await caller.nextResponse(200, 'INVITE');
    assert.equal(fieldValue(ok, 'Contact'), `<${callee(0).uri}>`);
    assert.equal(edge.figures().dialogs, 1);
    within('ACK', 1, ok);
    const ack = await callee(0).nextRequest('ACK');
    assert.equal(ack.uri, callee(0).uri);
    assert.deepEqual(fieldValues(ack, 'Route'), []);
    within('INFO', 2, ok);
    callee(0).respond(await callee(0).nextRequest('INFO'), 200, 'OK');
    assert.equal(fieldValues(await caller.nextResponse(200, 'INFO'), 'Via').length, 1);
    // The callee asks too.
    const party = (name: string) => fieldValue(ok, name) ?? '';
    callee(0).send(
      [
        `OPTIONS ${caller.uri} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${callee(0).port};branch=z9hG4bKo`,
        `Route: ${fieldValue(invite, 'Record-Route')}`,
        'Max-Forwards: 70',
        `From: ${party('To')}`,
        `To: ${party('From')}`,
        'Call-ID: c',
        'CSeq: 5 OPTIONS',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
    caller.respond(await caller.nextRequest('OPTIONS'), 200, 'OK');
    await callee(0).nextResponse(200, 'OPTIONS');
    within('BYE', 3, ok);
    const bye = await callee(0).nextRequest('BYE');
    callee(0).respond(bye, 200, 'OK');
    await caller.nextResponse(200, 'BYE');
    assert.equal(edge.figures().dialogs, 0);
    within('INFO', 4, ok);
    await caller.nextResponse(481, 'INFO');
    clock.advance(40_000);
    assert.deepEqual([edge.figures().serverTransactions, edge.figures().clientTransactions], [0, 0]);
  });

  it('forwards nothing for strangers', async () => {
    caller.request('OPTIONS', {
      branch: 's',
      cseq: 1,
      to: '<sip:x@y>;tag=z',
      uri: callee(0).uri,
      headers: [`Route: <sip:127.0.0.1:${caller.edgePort};lr>`],
    });
    await caller.nextResponse(481, 'OPTIONS');
    assert.deepEqual(callee(0).unread, []);
  });

  it('tries one after the other; the best refusal goes back', async () => {
    await proxied('|fullResponse||serial||', [callee(0).uri, callee(1).uri]);
    const first = await callee(0).nextRequest('INVITE');
    assert.equal(fieldValue(first, 'Record-Route'), undefined);
    callee(0).respond(first, 404, 'Not Found', { toTag: 'a' });
    await callee(0).nextRequest('ACK');
    callee(1).respond(await callee(1).nextRequest('INVITE'), 500, 'Server Error', { toTag: 'b' });
    assert.deepEqual(await told(), ['404', '500']);
    await caller.nextResponse(404, 'INVITE');
  });

  it('rings all at once; the first to answer wins and the others are cancelled', async () => {
    await proxied('|fullResponse||simultaneous||', [callee(0).uri, callee(1).uri]);
    const [first, second] = [await callee(0).nextRequest('INVITE'), await callee(1).nextRequest('INVITE')];
    callee(0).respond(first, 180, 'Ringing', { toTag: 'a' });
    callee(1).respond(second, 180, 'Ringing', { toTag: 'b' });
    await caller.nextResponse(180, 'INVITE');
    await caller.nextResponse(180, 'INVITE');
    callee(1).respond(second, 200, 'OK', { toTag: 'b' });
    await caller.nextResponse(200, 'INVITE');
    const cancel = await callee(0).nextRequest('CANCEL');
    assert.equal(fieldValue(cancel, 'Via'), fieldValue(first, 'Via'));
    callee(0).respond(cancel, 200, 'OK');
    callee(0).respond(first, 487, 'Request Terminated', { toTag: 'a' });
    assert.deepEqual(await told(), ['200', '487']);
    await settle();
    assert.ok(!caller.unread.includes('487'));
  });

  it('cancels the branches when the caller gives up', async () => {
    await proxied('|fullResponse||simultaneous||', [callee(0).uri, callee(1).uri]);
    const [first, second] = [await callee(0).nextRequest('INVITE'), await callee(1).nextRequest('INVITE')];
    callee(0).respond(first, 180, 'Ringing', { toTag: 'a' });
    callee(1).respond(second, 180, 'Ringing', { toTag: 'b' });
    await caller.nextResponse(180, 'INVITE');
    caller.request('CANCEL', { branch: 'b1', cseq: 1, callId: 'c' });
    await caller.nextResponse(200, 'CANCEL');
    const finish = async (peer: ScriptedPeer, invite: SipRequest) => {
      peer.respond(await peer.nextRequest('CANCEL'), 200, 'OK');
      peer.respond(invite, 487, 'Request Terminated', { toTag: 'x' });
      await peer.nextRequest('ACK');
    };
    await finish(callee(0), first);
    await finish(callee(1), second);
    await caller.nextResponse(487, 'INVITE');
    assert.deepEqual(await told(), ['487', '487']);
  });

  it('follows redirections where it shall, once each', async () => {
    await proxied('|fullResponse|followRedirects|serial||', [callee(0).uri]);
    const invite = await callee(0).nextRequest('INVITE');
    const headers = [
      ['Contact', `<${callee(1).uri}>`],
      ['Contact', `<${callee(0).uri}>`],
    ] as const;
    callee(0).respond(invite, 302, 'Moved', { toTag: 'a', headers });
    callee(1).respond(await callee(1).nextRequest('INVITE'), 200, 'OK', { toTag: 'b' });
    assert.deepEqual(await told(), ['302', '200']);
    await caller.nextResponse(200, 'INVITE');
  });

  it('passes a redirection back where it shall not follow', async () => {
    await proxied('|fullResponse||serial||', [callee(0).uri]);
    callee(0).respond(await callee(0).nextRequest('INVITE'), 302, 'Moved', { toTag: 'a' });
    await caller.nextResponse(302, 'INVITE');
    assert.deepEqual(await told(), ['302']);
  });

  it('goes on when a target is silent, or rings for too long', async () => {
    await proxied('|fullResponse||serial|2s|30s', [callee(0).uri, callee(1).uri]);
    await callee(0).nextRequest('INVITE');
    clock.advance(2_000);
    const second = await callee(1).nextRequest('INVITE');
    callee(1).respond(second, 180, 'Ringing', { toTag: 'b' });
    await caller.nextResponse(180, 'INVITE');
    clock.advance(30_000);
    callee(1).respond(await callee(1).nextRequest('CANCEL'), 200, 'OK');
    await caller.nextResponse(408, 'INVITE');
    assert.deepEqual(await told(), []);
    await settle();
    clock.advance(40_000);
    assert.equal(edge.figures().clientTransactions, 0, 'although the callee never answered the INVITE');
  });

  it('says so when it cannot reach anybody, or the hops are used up', async () => {
    await proxied('|fullResponse||serial||', ['sip:x@127.0.0.1:1;transport=tcp']);
    await caller.nextResponse(500, 'INVITE');
    assert.deepEqual(await told(), []);
    caller.request('MESSAGE', { branch: 'm', cseq: 1, callId: 'm' });
    const transaction = (await application.next()).fields[8];
    application.send(`q|proxy|${transaction}||||serial|||nonsense\r\nMESSAGE x SIP/2.0\r\n\r\n`);
    assert.deepEqual((await application.next()).fields.slice(2), ['q', 'NOK', 'invalid destination']);
    application.send(`q|proxy|${transaction}||||serial|||${callee(0).uri}\r\nMESSAGE sip:x SIP/2.0\r\n\r\n`);
    callee(0).respond(await callee(0).nextRequest('MESSAGE'), 202, 'Accepted');
    await caller.nextResponse(202, 'MESSAGE');
    assert.deepEqual((await application.next()).fields.slice(2), ['q', 'OK', 'done'], 'no full response asked for');
  });

  it('tries the next server of a target when one is silent (RFC 3263 §4.3)', async () => {
    await proxied('|fullResponse||serial||', ['sip:x@farm.example']);
    await callee(0).nextRequest('INVITE');
    clock.advance(32_000);
    callee(1).respond(await callee(1).nextRequest('INVITE'), 200, 'OK', { toTag: 'b' });
    assert.deepEqual(await told(), ['200']);
    await caller.nextResponse(200, 'INVITE');
  });

  it('refuses what has come too far', async () => {
    caller.send(
      [
        'MESSAGE sip:x@127.0.0.1 SIP/2.0',
        `Via: SIP/2.0/UDP 127.0.0.1:${caller.port};branch=z9hG4bKmf`,
        'Max-Forwards: 0',
        'From: <sip:a@b>;tag=t',
        'To: <sip:x@127.0.0.1>',
        'Call-ID: mf',
        'CSeq: 1 MESSAGE',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
    const transaction = (await application.next()).fields[8];
    application.send(`q|proxy|${transaction}||||serial|||${callee(0).uri}\r\nMESSAGE sip:x SIP/2.0\r\n\r\n`);
    await caller.nextResponse(483, 'MESSAGE');
  });
});
