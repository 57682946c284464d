import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { hashUser, sipUser } from '#gateway/configuration/hash-user.ts';
import { OrderedProgram } from '../abuse/ordered-program.ts';
import { scanMessage } from '../abuse/scan-message.ts';
import { scanReport } from '../abuse/scan-protocol.ts';
import { type Prop, Props } from '../media/props.ts';
import { colourDistance, meanColour } from '../media/still.ts';
import { strongestTone, tail } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { addRoomAddresses } from '../network/room-addresses.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Baresip, type BaresipOptions } from '../peers/baresip.ts';
import { Linphone } from '../peers/linphone.ts';
import { RunningService } from '../service/running-service.ts';

// Rooms register with their password, call where a password is asked for, and are called where they registered.

const REALM = 'school.example';
const PASSWORDS: Readonly<Record<string, string>> = { room1: 'a-secret', room2: '第二个密码' };
const USERS = Object.entries(PASSWORDS).map(([name, password]) => sipUser(hashUser(name, REALM, password)));
/** Seconds that a registration holds here, so that one that is not refreshed is seen to go. */
const LIFETIME = 8;

/** The left cell of a grid of two, well inside, and the middle of one. */
const LEFT = { left: 0.08, top: 0.35, width: 0.34, height: 0.25 };
const WHOLE = { left: 0.1, top: 0.1, width: 0.8, height: 0.6 };
const SAME_COLOUR = 40;
const SCAN = fileURLToPath(new URL('../abuse/send-scan.ts', import.meta.url));
/** Forged requests a second, and for how long. */
const FORGED_RATE = 1000;
const FORGED_SECONDS = 40;
const HEARD = 0.01;

const props = await Props.open();
let red: Prop;
let blue: Prop;
let service: RunningService;
const peers: { stop(): Promise<void>; readonly output: string }[] = [];

before(async () => {
  red = await props.make('red', [200, 40, 40], 620);
  blue = await props.make('blue', [40, 80, 200], 1130);
});

afterEach(async (context) => {
  const told = peers.map(({ output }) => output.slice(-2000));
  for (const peer of peers.splice(0)) {
    await peer.stop();
  }
  if ('passed' in context && context.passed === false) {
    console.error(...told, service.output.slice(-4000));
  }
});

after(() => props.remove());

async function startService(algorithms: readonly string[]): Promise<void> {
  service = await RunningService.start({
    CLASSBRIDGE_SIP_REALM: REALM,
    CLASSBRIDGE_SIP_USERS: JSON.stringify(USERS),
    CLASSBRIDGE_SIP_REQUIRE_AUTHENTICATION: 'true',
    CLASSBRIDGE_SIP_DIGEST_ALGORITHMS: JSON.stringify(algorithms),
    CLASSBRIDGE_SIP_MINIMUM_REGISTRATION_TIME: '1',
    CLASSBRIDGE_SIP_MAXIMUM_REGISTRATION_TIME: String(LIFETIME),
  });
}

const registrar = () => `${service.address}:${service.sipPort}`;

async function baresip(
  sipPort: number,
  registration: { user: string; password: string } | undefined,
): Promise<Baresip> {
  const options: BaresipOptions = {
    name: 'Room 1',
    sipPort,
    audioCodec: 'opus/48000/2',
    videoCodec: 'H264',
    picture: red.video,
    sound: red.sound,
    ...(registration === undefined ? {} : { registration: { registrar: registrar(), ...registration } }),
  };
  const peer = await Baresip.start(options);
  peers.push(peer);
  return peer;
}

async function linphone(user: string): Promise<Linphone> {
  const password = PASSWORDS[user] ?? '';
  const registration = { registrar: registrar(), user, password, realm: REALM };
  const peer = await Linphone.start({ sipPort: 5140, sound: blue.sound, registration });
  peers.push(peer);
  return peer;
}

const metric = async (line: string) => (await service.metric(`classbridge_${line}`)) ?? Number.NaN;
const registrations = (count: number, within: number) =>
  until(`${count} registrations`, within, async () =>
    (await metric('sip_registrations')) === count ? true : undefined,
  );
const lessons = (count: number) =>
  until(`${count} lessons`, 5000, async () => ((await metric('lessons')) === count ? true : undefined));
/** What the guard dropped and let in, and whom it bans by what. */
const dropped = (reason: string) => metric(`sip_guard_dropped_total{reason="${reason}"}`);
const reserved = (proof: string) => metric(`sip_guard_reserved_total{proof="${proof}"}`);
async function bans(): Promise<string[]> {
  const { body } = await service.api('GET', '/bans');
  const list = z.object({ bans: z.array(z.object({ source: z.string(), transports: z.array(z.string()) })) });
  return list.parse(JSON.parse(body)).bans.map(({ source, transports }) => `${source} ${transports.join(' ')}`);
}
const failures = () => metric('sip_authentication_failures_total{reason="wrong"}');

async function sees(who: Baresip, area: typeof LEFT, { colour }: Prop): Promise<void> {
  await until('the colour', 12_000, async () =>
    colourDistance(meanColour(await who.snapshot(), area), colour) < SAME_COLOUR ? true : undefined,
  );
}

describe('with MD5', () => {
  before(() => startService(['MD5']));
  after(() => service.stop());

  test('two rooms register, call, see and hear each other, and leave', async () => {
    const first = await baresip(5120, { user: 'room1', password: PASSWORDS.room1 ?? '' });
    await first.registered();
    await first.dial(service.sipUri('1001'));
    await sees(first, WHOLE, red);
    const second = await linphone('room2');
    await registrations(2, 5000);
    await second.dial(service.sipUri('1001'));
    await sees(first, LEFT, red);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    second.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const heard = strongestTone(await second.heard(), red.frequency);
    assert.ok(heard > HEARD, `linphone hears baresip: ${heard}`);
    const back = strongestTone(tail(await first.heard(), 4), blue.frequency);
    assert.ok(back > HEARD, `baresip hears linphone: ${back}`);
    // Refreshed all the while: its lifetime is over by now.
    await new Promise((resolve) => setTimeout(resolve, 1000 * LIFETIME));
    assert.equal(await metric('sip_registrations'), 2);
    first.hangUp();
    await lessons(0);
    await first.stop();
    await registrations(1, 3000);
    assert.equal(await failures(), 0);
    assert.ok((await metric('sip_register_requests_total{result="registered"}')) >= 4);
    assert.equal(await metric('sip_register_requests_total{result="removed"}'), 1);
  });

  test('a room that registered is called by its name, and one that vanished is forgotten', async () => {
    await registrations(0, 1000 * LIFETIME + 2000);
    const room = await baresip(5124, { user: 'room1', password: PASSWORDS.room1 ?? '' });
    await room.registered();
    const answer = await service.api('POST', '/calls', { class: '1001', to: 'room1' });
    assert.equal(answer.status, 201, answer.body);
    await sees(room, WHOLE, red);
    const { id } = z.object({ id: z.string() }).parse(JSON.parse(answer.body));
    await service.api('DELETE', `/calls/${id}`);
    await lessons(0);
    await room.kill();
    assert.equal(await metric('sip_registrations'), 1);
    await registrations(0, 1000 * LIFETIME + 2000);
  });

  test('a room refreshes its registration and calls while requests are forged in the name of its address', {
    timeout: 120_000,
  }, async (t) => {
    const { room } = currentTestNetwork();
    const [another = ''] = addRoomAddresses([66]);
    const program = new OrderedProgram(SCAN);
    try {
      const known = await baresip(5136, { user: 'room1', password: PASSWORDS.room1 ?? '' });
      await known.registered();
      const from = [
        { address: room.address, userAgent: '' },
        // Who forges knows the name of the room, and neither its port nor the Call-ID of its registration.
        { address: room.address, userAgent: '', user: 'room1' },
        { address: another, userAgent: '' },
      ];
      const order = { seed: 1, from, to: { address: service.address, port: service.sipPort }, rate: FORGED_RATE };
      const flood = program.order({ ...order, seconds: FORGED_SECONDS }, 1000 * FORGED_SECONDS + 30_000);
      await until('the address has nothing left', 10_000, async () =>
        (await dropped('over-budget')) > 0 ? true : undefined,
      );
      const refreshes = () => metric('sip_register_requests_total{result="registered"}');
      const before = await refreshes();
      const end = performance.now() + 2500 * LIFETIME;
      while (performance.now() < end) {
        assert.equal(await metric('sip_registrations'), 1, 'it stays registered');
        await sleep(200);
      }
      const refreshed = (await refreshes()) - before;
      const begin = performance.now();
      await known.dial(service.sipUri('1001'));
      const dialled = performance.now() - begin;
      await sees(known, WHOLE, red);
      t.diagnostic(
        `${refreshed} refreshes in ${2.5 * LIFETIME} s, a call up in ${Math.round(dialled)} ms; dropped ${await dropped('over-budget')} for want of a budget, ${await dropped('banned')} banned; let in ${await reserved('call-id')} by Call-ID, ${await reserved('registered')} by port and user`,
      );
      assert.ok(refreshed >= 2, `${refreshed} refreshes`);
      assert.ok((await reserved('call-id')) > 0 && (await reserved('registered')) > 0);
      assert.deepEqual(await bans(), [`${another} udp`], 'whose address nobody proved; it is banned by UDP alone');

      const socket = connect({ host: service.address, port: service.sipPort, localAddress: another });
      await once(socket, 'connect');
      const sender = { address: another, port: socket.localPort ?? 0 };
      // A REGISTER that was not sent by UDP.
      socket.write(scanMessage({ number: 3_000_001, from: sender, to: order.to, userAgent: '' }));
      const [answer]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5000) });
      assert.match(String(answer), /^SIP\/2\.0 401 /, 'it is heard by TCP');
      socket.destroy();

      known.hangUp();
      await lessons(0);
      const report = scanReport.parse(await flood);
      t.diagnostic(`${report.sent} requests in ${Math.round(report.elapsed)} ms`);
      assert.equal(await metric('sip_registrations'), 1);
    } finally {
      await program.stop();
    }
    await service.api('DELETE', `/bans/${another}`);
  });

  test('wrong passwords and strangers get neither registration nor call, and are counted', async () => {
    const before = await failures();
    const liar = await baresip(5128, { user: 'room1', password: 'a-guess' });
    await assert.rejects(liar.registered(), /40[13]/);
    await until('the failure is counted', 2000, async () => ((await failures()) > before ? true : undefined));
    assert.equal(await metric('sip_registrations'), 0);
    await assert.rejects(liar.dial(service.sipUri('1001')), /40[13]/);
    const nobody = await baresip(5132, undefined);
    await assert.rejects(nobody.dial(service.sipUri('1001')), /401/);
    assert.ok((await failures()) >= before + 2);
    assert.equal(await metric('lessons'), 0);
    assert.equal(await metric('calls{protocol="sip",state="joining"}'), 0);
  });
});

describe('with SHA-256 before MD5', () => {
  before(() => startService(['SHA-256', 'MD5']));
  after(() => service.stop());

  test('linphone takes the stronger one', async () => {
    const room = await linphone('room1');
    await registrations(1, 5000);
    await room.dial(service.sipUri('1001'));
    await lessons(1);
    assert.equal(await failures(), 0);
    room.hangUp();
    await lessons(0);
  });
});
