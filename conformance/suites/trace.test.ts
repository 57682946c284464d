import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashUser, sipUser } from '#gateway/configuration/hash-user.ts';
import { CallTrace } from '#gateway/diagnosis/call-trace.ts';
import { pcapOf } from '#gateway/diagnosis/pcap.ts';
import { extractTarGz } from '../diagnosis/extract-tar.ts';
import { inOrder, KeptCalls } from '../diagnosis/kept-calls.ts';
import { FAULTY, tsharkFields } from '../diagnosis/tshark.ts';
import { HostSignalling } from '../host/host-signalling.ts';
import { type Prop, Props } from '../media/props.ts';
import { colourDistance, meanColour } from '../media/still.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Baresip } from '../peers/baresip.ts';
import { Chromium } from '../peers/chromium.ts';
import { RewritingRelay } from '../peers/rewriting-relay.ts';
import { RunningService } from '../service/running-service.ts';

// What the service keeps of calls: a room and a browser meet, leave, and are then looked at by what is left of them.

const REALM = 'school.example';
const PASSWORD = 'the-room-knows-it';
const WHOLE = { left: 0.1, top: 0.1, width: 0.8, height: 0.6 };
const SAME_COLOUR = 40;
const HEP_PORT = 9060;

const props = await Props.open();
let folder: string;
let service: RunningService;
let calls: KeptCalls;
let chromium: Chromium;
let red: Prop;
let blue: Prop;
/** Every SIP datagram of the room, both ways. */
const datagrams: string[] = [];
/** What a capture server was sent. */
const captures: Buffer[] = [];
const captureServer = createSocket('udp4');

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classbridge-trace-'));
  red = await props.make('red', [200, 40, 40], 620);
  blue = await props.make('blue', [40, 80, 200], 1130);
  const { room } = currentTestNetwork();
  captureServer.on('message', (packet) => captures.push(packet));
  captureServer.bind(HEP_PORT, room.address);
  await once(captureServer, 'listening');
  service = await RunningService.start({
    CLASSBRIDGE_DIAGNOSIS_HEP: `${room.address}:${HEP_PORT}:7`,
    CLASSBRIDGE_SIP_REALM: REALM,
    CLASSBRIDGE_SIP_USERS: JSON.stringify([sipUser(hashUser('room1', REALM, PASSWORD))]),
    CLASSBRIDGE_SIP_REQUIRE_AUTHENTICATION: 'true',
  });
  calls = new KeptCalls(service);
  chromium = await Chromium.start({ picture: blue.camera, sound: blue.sound });
  await meet();
});

after(async () => {
  await chromium?.stop();
  await service?.stop();
  captureServer.close();
  await props.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A room and a browser are in a lesson for some seconds, and leave. */
async function meet(): Promise<void> {
  const { room, service: host } = currentTestNetwork();
  const relayAddress = { address: room.address, port: 5910 };
  const relay = await RewritingRelay.open(
    relayAddress,
    { address: host.address, port: service.sipPort },
    (sdp) => sdp,
    (message) => datagrams.push(message),
  );
  const baresip = await Baresip.start({
    name: 'Room 1',
    sipPort: 5180,
    audioCodec: 'opus/48000/2',
    videoCodec: 'H264',
    picture: red.video,
    sound: red.sound,
    outbound: `sip:${relayAddress.address}:${relayAddress.port}`,
    registration: { registrar: `${service.address}:${service.sipPort}`, user: 'room1', password: PASSWORD },
  });
  try {
    await baresip.registered();
    await baresip.dial(service.sipUri('1001'));
    await until('the room sees itself', 12_000, async () =>
      colourDistance(meanColour(await baresip.snapshot(), WHOLE), red.colour) < SAME_COLOUR ? true : undefined,
    );
    const page = await chromium.join(service.pageUrl('1001'), 'Ms Teacher');
    await page.picture();
    await sleep(4000);
    await page.press('leave');
    await sleep(500);
    baresip.hangUp();
    await until('both calls are over', 5000, async () => ((await calls.all()).length >= 2 ? true : undefined));
  } finally {
    await baresip.stop();
    relay.close();
  }
}

test('the ladder of a room tells its call from INVITE to BYE, with times, decisions and what flowed', async () => {
  const ladder = await calls.ladder(await calls.by('sip'));
  inOrder(ladder, [
    /room +edge +gateway +engine/,
    /\+0\.000 .*INVITE sip:1001@/,
    /401 .*\(INVITE\)/,
    /ACK sip:/,
    /INVITE sip:1001@.*SDP/,
    /their offer: agreed/,
    /line 1, sound: sendrecv, sending opus/,
    /line 2, picture: sendrecv, sending H264/,
    /200 OK \(INVITE\) .*SDP/,
    /ACK sip:/,
    /BYE sip:/,
    /200 OK \(BYE\)/,
  ]);
  assert.match(ladder, /ended after \d+\.\d{3} s: remote-hangup/);
  assert.match(ladder, /decoded [1-9][0-9.]*\/s \d+x\d+/);
  assert.match(ladder, /RTCP video: SR/);
  const times = [...ladder.matchAll(/^ *\+(\d+\.\d{3}) /gm)].map(([, seconds]) => Number(seconds));
  assert.ok(times.length > 10);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('the ladder of a page tells what it asked for, what RTCP said, and no name', async () => {
  const ladder = await calls.ladder(await calls.by('webrtc'));
  inOrder(ladder, [/page +door +gateway +engine/, /join /, /connect /, /produce /, /leave/]);
  assert.match(ladder, /RTCP video: /);
  assert.ok(!ladder.includes('Ms Teacher'));
});

test('tshark reads the same SIP messages in the capture, RTCP, and nothing malformed', async () => {
  const id = await calls.by('sip');
  const { type, body } = await service.download(`/calls/${id}/trace`, 'application/vnd.tcpdump.pcap');
  assert.equal(type, 'application/vnd.tcpdump.pcap');
  const file = join(folder, 'room.pcap');
  await writeFile(file, body);
  const sip = await tsharkFields(file, 'sip', ['sip.Method', 'sip.Status-Code', 'sip.CSeq.method']);
  const seen = sip.map((packet) =>
    [packet['sip.Method'], packet['sip.Status-Code']].map((value) => value?.split(',')[0]).join(''),
  );
  const callId = /^Call-ID: (.*)$/im
    .exec(datagrams.find((message) => message.startsWith('INVITE ')) ?? '')?.[1]
    ?.trim();
  assert.ok(callId !== undefined);
  const said = datagrams
    .filter((message) => message.includes(callId))
    .map((message) => /^(?:SIP\/2\.0 (\d+)|(\S+))/.exec(message)?.slice(1).join('') ?? '');
  // What belongs to the dialog goes past the relay.
  assert.deepEqual(seen, [...said, 'ACK', 'BYE', '200']);
  const rtcp = await tsharkFields(file, 'rtcp', ['rtcp.pt', 'ip.src']);
  assert.ok(rtcp.length >= 8, `${rtcp.length} RTCP packets`);
  assert.ok(rtcp.every((packet) => /^20[0-7]\b/.test(packet['rtcp.pt'] ?? '')));
  assert.equal(new Set(rtcp.map((packet) => packet['ip.src'])).size, 2, 'of both directions');
  const packets = await tsharkFields(file, 'frame', ['frame.number']);
  assert.equal(packets.length, sip.length + rtcp.length, 'every packet is SIP or RTCP');
  assert.deepEqual(await tsharkFields(file, FAULTY, ['frame.number']), []);
});

test('tshark reads SIP over TCP and over IPv6 as well, long messages in one piece', async () => {
  const trace = new CallTrace('call', 1 << 20, 1_700_000_000_000);
  const ways = [
    { protocol: 'tcp', local: { address: '192.0.2.1', port: 5060 }, remote: { address: '192.0.2.7', port: 40_000 } },
    {
      protocol: 'tcp',
      local: { address: '2001:db8::1', port: 5060 },
      remote: { address: '2001:db8::7', port: 40_000 },
    },
    { protocol: 'udp', local: { address: '2001:db8::1', port: 5060 }, remote: { address: '2001:db8::7', port: 5062 } },
  ] as const;
  for (const [index, way] of ways.entries()) {
    for (const [step, first] of ['INVITE sip:1001@192.0.2.1 SIP/2.0', 'SIP/2.0 200 OK'].entries()) {
      const padding = `Subject: ${'x'.repeat(index === 0 ? 5000 : 100)}`;
      const headers = [`Via: SIP/2.0/UDP a;branch=z9hG4bK${index}`, `Call-ID: ${index}`, 'CSeq: 1 INVITE', padding];
      const text = [first, ...headers, 'Content-Length: 0', '', ''].join('\r\n');
      const at = 1_700_000_000_000 + 10 * index + step;
      trace.push({ kind: 'sip', at, direction: step === 0 ? 'in' : 'out', ...way, text });
    }
  }
  const file = join(folder, 'ways.pcap');
  await writeFile(file, pcapOf(trace));
  const messages = await tsharkFields(file, 'sip', [
    'sip.Method',
    'sip.Status-Code',
    'ip.version',
    'tcp.seq',
    'frame.protocols',
  ]);
  assert.deepEqual(
    messages.map((message) => `${message['sip.Method']}${message['sip.Status-Code']} ${message['frame.protocols']}`),
    [
      'INVITE raw:ip:tcp:sip',
      '200 raw:ip:tcp:sip',
      'INVITE raw:ipv6:tcp:sip',
      '200 raw:ipv6:tcp:sip',
      'INVITE raw:ipv6:udp:sip',
      '200 raw:ipv6:udp:sip',
    ],
  );
  assert.deepEqual(await tsharkFields(file, FAULTY, ['frame.number']), []);
});

test('a capture server is sent every SIP message with its Call-ID, and no credentials', () => {
  const said = datagrams.filter((message) => /^Call-ID/im.test(message)).map((message) => message.split('\r\n')[0]);
  const captured = captures.map((packet) => packet.toString('latin1'));
  for (const first of new Set(said)) {
    const count = captured.filter((packet) => packet.includes(`${first}\r\n`)).length;
    assert.ok(count >= said.filter((other) => other === first).length, first);
  }
  assert.ok(captured.every((packet) => packet.startsWith('HEP3')));
  const callId =
    /^Call-ID: (.*?)\r$/im.exec(datagrams.find((message) => message.startsWith('INVITE ')) ?? '')?.[1] ?? '';
  // As a chunk of its own (type 0x0011) and in the message.
  const chunk = Buffer.concat([Buffer.from([0, 0, 0, 0x11, 0, 6 + callId.length]), Buffer.from(callId)]);
  assert.ok(captures.some((packet) => packet.includes(chunk)));
  for (const secret of credentials()) {
    assert.ok(!captured.some((packet) => packet.includes(secret)), `${secret} is not told`);
  }
});

test('the page’s relay is in its capture as RTCP', async () => {
  const { body } = await service.download(`/calls/${await calls.by('webrtc')}/trace?format=pcap`);
  const file = join(folder, 'page.pcap');
  await writeFile(file, body);
  const packets = await tsharkFields(file, 'udp', ['_ws.malformed', 'ip.src']);
  assert.ok(packets.length > 4);
  assert.ok(packets.every((packet) => packet['_ws.malformed'] === '' && packet['ip.src'] === '127.0.0.1'));
});

test('a call that is refused tells why in words', async () => {
  const { room } = currentTestNetwork();
  const signalling = await HostSignalling.open(room.address);
  try {
    const media = ['m=audio 40000 RTP/SAVP 0', 'm=video 40002 RTP/AVP 32', 'a=rtpmap:32 MPV/90000'];
    const localSdp = [
      'v=0',
      `o=- 1 1 IN IP4 ${room.address}`,
      's=-',
      `c=IN IP4 ${room.address}`,
      't=0 0',
      ...media,
      '',
    ];
    const called = signalling.srf.createUAC(service.sipUri('1001'), {
      localSdp: localSdp.join('\r\n'),
      headers: { From: `<sip:room1@${room.address}>` },
      auth: { username: 'room1', password: PASSWORD },
    });
    await assert.rejects(called, { status: 488 });
    const refused = await until('the refused call is kept', 3000, async () =>
      (await calls.all()).find(({ reason }) => reason === 'no-common-media'),
    );
    const ladder = await calls.ladder(refused.id);
    inOrder(ladder, [
      /INVITE sip:1001@/,
      /their offer: nothing in common/,
      /line 1, sound: refused, RTP\/SAVP is not spoken here/,
      /line 2, picture: refused, none of its formats is known here \(32\)/,
      /488 .*\(INVITE\)/,
    ]);
    assert.match(ladder, /ended after .*: no-common-media/);
  } finally {
    await signalling.close();
  }
});

test('an unknown class tells so too, and an unknown call is said to be none', async () => {
  const { status, body } = await service.api('GET', '/calls/nobody/trace');
  assert.deepEqual([status, JSON.parse(body).error.code], [404, 'unknown-call']);
  const wrong = await service.api('GET', `/calls/${await calls.by('sip')}/trace?format=xml`);
  assert.deepEqual([wrong.status, JSON.parse(wrong.body).error.code], [400, 'bad-request']);
  const bundle = await service.api('GET', '/lessons/none/bundle');
  assert.deepEqual([bundle.status, JSON.parse(bundle.body).error.code], [404, 'unknown-class']);
});

test('the bundle of the lesson opens and holds no secret, nor does any other output', async () => {
  const { status, type, body } = await service.download('/lessons/1001/bundle');
  assert.deepEqual([status, type], [200, 'application/gzip']);
  const bundle = join(folder, 'bundle');
  await extractTarGz(body, bundle);
  const room = await calls.by('sip');
  const page = await calls.by('webrtc');
  const files = await readdir(bundle, { recursive: true });
  for (const name of ['README.txt', 'calls.json', 'configuration.json', 'health.json', 'versions.json', 'log.jsonl']) {
    assert.ok(files.includes(name), name);
  }
  for (const ending of ['txt', 'json', 'pcap']) {
    assert.ok(files.includes(`calls/${room}.${ending}`) && files.includes(`calls/${page}.${ending}`), ending);
  }
  const texts = await Promise.all(
    files.filter((name) => /\.\w+$/.test(name)).map((name) => readFile(join(bundle, name), 'latin1')),
  );
  const outputs = [...texts, (await service.download(`/calls/${room}/trace`)).body.toString('latin1')];
  const all = outputs.join('\n');
  assert.match(all, /"event":"party-entered"/, 'the log of the call is there');
  const { md5 } = hashUser('room1', REALM, PASSWORD);
  const secrets = [PASSWORD, md5, 'Ms Teacher', ...credentials()];
  assert.ok(secrets.length >= 7, 'there were credentials to be hidden');
  for (const secret of secrets) {
    assert.ok(!all.includes(secret), `${secret} is not told`);
  }
  assert.doesNotMatch(all, /"value": ?"(?:[0-9A-F]{2}:){19}/i, 'no fingerprint of DTLS');
  assert.match(all, /response=.?"masked/);
});

/** Every nonce, response and the like of the room's messages. */
function credentials(): string[] {
  const found = datagrams.flatMap((message) => [
    ...message.matchAll(/\b(?:nonce|cnonce|response|nextnonce|rspauth|opaque)="?([^",\s]{8,})"?/g),
  ]);
  return [...new Set(found.map(([, value = '']) => value))];
}
