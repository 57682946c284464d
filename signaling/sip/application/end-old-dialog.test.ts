import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { readSdp } from '#codecs/sdp/read.ts';
import { createEdge } from '../edge/edge.ts';
import { fieldValue, fieldValues } from '../edge/message/message.ts';
import { ScriptedPeer } from '../edge/scripted-peer.ts';
import { VirtualClock } from '../edge/virtual-clock.ts';
import { type DialogRecord, hopTo } from './dialog-record.ts';
import { endOldDialog, farewell } from './end-old-dialog.ts';
import type { OutsideAnswer } from './send-request.ts';
import { SipApplication } from './sip-application.ts';

const log = pino({ level: 'silent' });
const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 4000 RTP/AVP 8',
  'a=rtpmap:8 PCMA/8000',
  '',
].join('\r\n');

const RECORD: DialogRecord = {
  callId: 'call',
  localUri: 'sip:1001@198.51.100.1',
  localTag: 'ours',
  remoteUri: 'sip:room@school.example',
  remoteTag: 'theirs',
  localSequence: 5,
  remoteTarget: 'sip:room@203.0.113.9:5070',
  routeSet: [],
  direct: true,
  source: { protocol: 'udp', address: '203.0.113.9', port: 5070 },
};

/** The service's side of SIP on an edge of its own, as one process has it. */
async function open(port: number, dialogs: DialogRecord[] = []) {
  const edge = createEdge({
    listen: [{ protocol: 'udp', address: '127.0.0.1', port }],
    control: { address: '127.0.0.1', port: 0, secret: 'cymru' },
    log,
  });
  const { control, hostports } = await edge.start();
  const application = new SipApplication({
    server: { host: control.address, port: control.port, secret: 'cymru' },
    localAddressFor: async () => '127.0.0.1',
    sessionTimer: { interval: 1800, minimum: 90 },
    log,
    // What a killed process had set to wait for is never waited for.
    clock: new VirtualClock(),
    witness: { dialog: (_id, record) => dialogs.push(record) },
  });
  await application.start();
  const close = async () => {
    application.close();
    await edge.close();
  };
  return { application, close, port: Number(hostports[0]?.split(':').at(-1)) };
}

function described() {
  const read = readSdp(SDP);
  assert.ok('description' in read);
  return read.description;
}

describe('a dialog that outlived its process', () => {
  it('is told of before the room hears the answer, and ended by a BYE within it through its proxies', async () => {
    const dialogs: DialogRecord[] = [];
    const first = await open(0, dialogs);
    const room = await ScriptedPeer.open(first.port);
    const arrived = once(first.application, 'call');
    const route = `<sip:127.0.0.1:${room.port};lr>`;
    room.request('INVITE', {
      branch: 'one',
      cseq: 1,
      callId: 'old',
      uri: 'sip:1001@127.0.0.1',
      headers: [`Record-Route: ${route}, <sip:far.example;lr>`],
      body: SDP,
    });
    const [call] = await arrived;
    const completed = call.invitation.complete(described());
    const [told] = dialogs;
    assert.ok(told, 'told before anything was sent');
    const ok = await room.nextResponse(200, 'INVITE');
    assert.equal(/;tag=(.*)$/.exec(fieldValue(ok, 'To') ?? '')?.[1], told.localTag);
    assert.equal(dialogs.length, 1);
    const to = fieldValue(ok, 'To') ?? '';
    room.request('ACK', { branch: 'ack', cseq: 1, callId: 'old', to, uri: 'sip:127.0.0.1' });
    await completed;
    // As if it were killed: no BYE.
    await first.close();

    const second = await open(first.port);
    const ended = endOldDialog(
      (request) => second.application.send(request),
      farewell(told, 'SIP;cause=503;text="x"', Date.now()),
      5000,
    );
    const bye = await room.nextRequest('BYE');
    assert.equal(bye.uri, told.remoteTarget);
    assert.deepEqual(fieldValues(bye, 'Route').join(', '), `${route}, <sip:far.example;lr>`);
    assert.equal(fieldValue(bye, 'Call-ID'), 'old');
    assert.match(fieldValue(bye, 'From') ?? '', new RegExp(`;tag=${told.localTag}$`));
    assert.match(fieldValue(bye, 'To') ?? '', /;tag=peertag$/);
    assert.equal(fieldValue(bye, 'Reason'), 'SIP;cause=503;text="x"');
    room.respond(bye, 200, 'OK');
    assert.equal(await ended, 'ended');
    room.close();
    await second.close();
  });
});

describe('farewell', () => {
  it('counts above all that went before, and higher each time', () => {
    const sequence = (now: number) => Number(farewell(RECORD, 'x', now).headers.CSeq?.split(' ')[0]);
    const now = Date.UTC(2026, 0, 1);
    assert.ok(sequence(now) > 2 ** 30 - 1 && sequence(now) < 2 ** 31);
    assert.ok(sequence(now + 2000) > sequence(now));
  });

  it('goes through a strict router as such routers want it', () => {
    const { uri, headers, proxy } = farewell({ ...RECORD, routeSet: ['<sip:strict.example>', '<sip:b;lr>'] }, 'x', 0);
    assert.equal(uri, 'sip:strict.example');
    assert.equal(headers.Route, '<sip:b;lr>, <sip:room@203.0.113.9:5070>');
    assert.equal(proxy, 'sip:strict.example');
  });
});

describe('hopTo', () => {
  const tcp = { protocol: 'tcp', address: '203.0.113.9', port: 40_000 };
  for (const [what, changes, hop] of [
    ['a room that is where it says', {}, undefined],
    ['a room behind a NAT', { remoteTarget: 'sip:room@10.0.0.1' }, 'sip:203.0.113.9:5070;transport=udp'],
    ['a room that has a name', { remoteTarget: 'sip:room@room.local' }, 'sip:203.0.113.9:5070;transport=udp'],
    ['a room behind a proxy that stays out', { remoteTarget: 'sip:room@10.0.0.1', direct: false }, undefined],
    ['a room that forgets to say TCP', { source: tcp }, 'sip:203.0.113.9:5070;transport=tcp'],
    ['a room that says TCP', { source: tcp, remoteTarget: 'sip:room@203.0.113.9:5070;transport=tcp' }, undefined],
    [
      'a room with IPv6',
      { remoteTarget: 'sip:r@x', source: { ...tcp, address: '2001:db8::1' } },
      'sip:[2001:db8::1]:40000;transport=tcp',
    ],
    ['a room behind a proxy', { routeSet: ['<sip:proxy.example;lr>'] }, 'sip:proxy.example;lr'],
  ] as const) {
    it(`leads to ${what}`, () => assert.equal(hopTo({ ...RECORD, ...changes }), hop));
  }
});

describe('endOldDialog', () => {
  const answer = (status: number): Promise<OutsideAnswer> =>
    Promise.resolve({ status, header: () => undefined, sentContact: undefined, address: '' });
  for (const [status, end] of [
    [200, 'ended'],
    [481, 'unknown-there'],
    [408, 'unreachable'],
    [401, 'ended'],
  ] as const) {
    it(`takes ${status} for ${end}`, async () => {
      assert.equal(await endOldDialog(() => answer(status), farewell(RECORD, 'x', 0), 1000), end);
    });
  }

  it('waits no longer than told, and not for who cannot be reached', async () => {
    const bye = farewell(RECORD, 'x', 0);
    assert.equal(await endOldDialog(() => new Promise(() => undefined), bye, 0), 'unreachable');
    assert.equal(await endOldDialog(() => Promise.reject(new Error('no route')), bye, 60_000), 'unreachable');
  });
});
