import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashUser, sipUser } from '#gateway/configuration/hash-user.ts';
import { type GatewayLossStage, loseGatewayOnce } from '../chaos/gateway-loss.ts';
import { assertRead } from '../h323/assert-read.ts';
import { WireRecord } from '../h323/wire-record.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { encodeBeepLoop, type SoundLoop } from '../host/sound-loop.ts';
import { ReturningH323Room } from '../host-behaviours/returning-h323-room.ts';
import { ReturningRoom } from '../host-behaviours/returning-room.ts';
import { type Prop, Props } from '../media/props.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Baresip } from '../peers/baresip.ts';
import { Chromium } from '../peers/chromium.ts';
import { RunningService } from '../service/running-service.ts';
import { callsIn } from '../service/service-api.ts';
import { engineProcesses, type ServiceProcess, serviceProcesses } from '../service/service-processes.ts';

// The gateway is killed in the midst of a lesson, or asked to stop. Everybody must be back, or be told, and nothing be left.

const CODE = '1001';
const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 500_000, frames: 100 };
/** ms in which everybody must see everybody again after the gateway was killed, and after it hung: that takes time to be sure of. */
const BACK = 10_000;
const BACK_FROM_HANGING = BACK + 6000;

const props = await Props.open();
const pictures = new Map<number, PictureLoop>();
let sound: SoundLoop;
let green: Prop;
let service: RunningService | undefined;
let rooms: ReturningRoom[] = [];
let h323Rooms: ReturningH323Room[] = [];

before(async () => {
  green = await props.make('green', [40, 160, 60], 880);
  sound = await encodeBeepLoop('opus', 400);
  for (const number of [1, 2, 3]) {
    pictures.set(number, await encodePictureLoop({ ...CAMERA, host: number }));
  }
});

afterEach(async () => {
  await Promise.all([...rooms, ...h323Rooms].map((room) => room.close()));
  rooms = [];
  h323Rooms = [];
  await service?.stop();
  service = undefined;
});

after(() => props.remove());

async function openRoom(number: number): Promise<ReturningRoom> {
  const picture = pictures.get(number);
  assert.ok(picture);
  const room = await ReturningRoom.open({ number, picture, sound, address: currentTestNetwork().room.address });
  rooms.push(room);
  return room;
}

/** A service with a lesson of two rooms that see each other: one has called, the other was called. */
async function lesson(environment: Readonly<Record<string, string>> = {}): Promise<GatewayLossStage> {
  const running = await RunningService.start(environment);
  service = running;
  const [one, two] = [await openRoom(1), await openRoom(2)];
  await one.dial(running.sipUri(CODE));
  const made = await running.api('POST', '/calls', { class: CODE, to: two.uri });
  assert.equal(made.status, 201, made.body);
  await Promise.all([one.sees([1, 2], 8000), two.sees([1, 2], 8000)]);
  return { service: running, rooms: [one, two] };
}

/** The rooms were hung up on once and called once, and are in the lesson once. */
async function everybodyIsBackOnce({ service: running, rooms: both }: GatewayLossStage): Promise<void> {
  for (const { counts, number } of both) {
    assert.equal(counts.ended, 1, `room ${number} heard a BYE`);
  }
  assert.deepEqual(
    both.map(({ counts }) => counts.answered),
    // The second was called into the lesson before.
    [1, 2],
  );
  assert.equal((await callsIn(running, CODE)).length, both.length);
}

/** Supervisor, gateway, an engine at work and one that stands by, media server: waits until all are there, and nothing else. */
function allProcesses(): Promise<ServiceProcess[]> {
  return until('all processes, and no others', 10_000, () => {
    const processes = serviceProcesses();
    return processes.length === 5 && engineProcesses().length === 2 ? processes : undefined;
  });
}

async function failing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    console.error(service?.output.slice(-6000));
    throw error;
  }
}

/** Hangs up on its side, as after a power cut, and calls until somebody answers. */
async function callUntilAnswered(room: ReturningRoom, uri: string): Promise<void> {
  await until('the service answers', 15_000, async () => {
    try {
      await room.dial(uri);
      return true;
    } catch {
      await sleep(20);
      return undefined;
    }
  });
}

describe('gateway loss', () => {
  test('rooms and a page are back after the gateway was killed, and no process of it is left', async () => {
    const stage = await lesson();
    const chromium = await Chromium.start({ picture: green.camera, sound: green.sound });
    try {
      const page = await chromium.join(stage.service.pageUrl(CODE), 'Teacher');
      await page.picture();
      const before = await allProcesses();
      const took = await failing(
        loseGatewayOnce({ ...stage, page }, () => process.kill(stage.service.gateway, 'SIGKILL')),
      );
      assert.ok(Math.max(...took) < BACK, `${took.map(Math.round).join(', ')} ms`);
      console.log(`back after ${took.map(Math.round).join(', ')} ms`);
      assert.equal(
        await stage.service.metric('classbridge_process_restarts_total{process="gateway",reason="died"}'),
        1,
      );
      const calls = await callsIn(stage.service, CODE);
      assert.equal(calls.length, 3);
      const now = await allProcesses();
      const survivors = before.filter(({ pid }) => now.some((one) => one.pid === pid));
      assert.deepEqual(
        survivors.map(({ pid }) => pid),
        [stage.service.supervisor],
      );
      for (const { counts } of stage.rooms) {
        assert.equal(counts.ended, 1, 'a BYE came');
      }
    } finally {
      await chromium.stop();
    }
  });

  test('H.323 rooms are back, one that had called and one that was called', async (t) => {
    const running = await RunningService.start();
    service = running;
    const wire = await WireRecord.start(running.address);
    t.after(() => wire.close());
    const telephone = await encodeBeepLoop('G722', 900);
    const openH323 = async (number: number): Promise<ReturningH323Room> => {
      const picture = pictures.get(number);
      assert.ok(picture);
      const { address } = currentTestNetwork().room;
      const room = await ReturningH323Room.open(number, { address, pictures: [picture], sounds: [telephone] });
      h323Rooms.push(room);
      return room;
    };
    const [one, two, three] = [await openRoom(1), await openH323(2), await openH323(3)];
    await one.dial(running.sipUri(CODE));
    await two.host.dial({ address: running.address, port: 1720 }, CODE);
    const made = await running.api('POST', '/calls', { class: CODE, to: three.host.uri });
    assert.equal(made.status, 201, made.body);
    const all = [one, two, three];
    await failing(Promise.all(all.map((room) => room.sees([1, 2, 3], 8000))));
    const took = await failing(
      loseGatewayOnce({ service: running, rooms: all }, () => process.kill(running.gateway, 'SIGKILL')),
    );
    assert.ok(Math.max(...took) < BACK, `${took.map(Math.round).join(', ')} ms`);
    console.log(`back after ${took.map(Math.round).join(', ')} ms`);
    assert.deepEqual(
      [two, three].map(({ host }) => host.counts.answered),
      [2, 2],
    );
    assert.equal((await callsIn(running, CODE)).length, all.length);
    // Two calls before, two after.
    assertRead(await wire.stop(), { callSignalling: 8, tunnelledControl: 12 }, t);
  });

  test('an engine that hangs does not outlive the gateway', async () => {
    const stage = await lesson();
    await allProcesses();
    const engines = engineProcesses();
    assert.equal(engines.length, 2);
    await failing(
      loseGatewayOnce(stage, () => {
        for (const { pid } of engines) {
          process.kill(pid, 'SIGSTOP');
        }
        process.kill(stage.service.gateway, 'SIGKILL');
      }),
    );
    await everybodyIsBackOnce(stage);
    await allProcesses();
    assert.ok(engineProcesses().every(({ pid }) => engines.every((one) => one.pid !== pid)));
  });

  test('a gateway that hangs is killed', async () => {
    const stage = await lesson();
    const took = await failing(loseGatewayOnce(stage, () => process.kill(stage.service.gateway, 'SIGSTOP')));
    assert.ok(Math.max(...took) < BACK_FROM_HANGING, `${took.map(Math.round).join(', ')} ms`);
    await everybodyIsBackOnce(stage);
    assert.ok(stage.service.events.some(({ event }) => event === 'gateway-hangs'));
  });

  test('a room that calls again by itself is in the lesson once', async () => {
    const stage = await lesson();
    const [one] = stage.rooms;
    assert.ok(one);
    let calling: Promise<void> | undefined;
    await failing(
      loseGatewayOnce(stage, () => {
        process.kill(stage.service.gateway, 'SIGKILL');
        calling = callUntilAnswered(one, stage.service.sipUri(CODE));
      }),
    );
    await calling;
    await until('nobody is called any more', 15_000, () =>
      stage.service.events.some(({ event }) => event === 'calls-settled') ? true : undefined,
    );
    assert.equal((await callsIn(stage.service, CODE)).length, 2);
  });

  test('baresip hears the BYE, is called again and sees the lesson', async () => {
    const running = await RunningService.start();
    service = running;
    const baresip = await Baresip.start({
      name: 'Baresip',
      sipPort: 5080,
      audioCodec: 'PCMA/8000/1',
      videoCodec: 'H264',
      picture: green.video,
      sound: green.sound,
    });
    const one = await openRoom(1);
    try {
      await one.dial(running.sipUri(CODE));
      await baresip.dial(running.sipUri(CODE));
      await one.sees([1], 8000);
      await failing(
        loseGatewayOnce({ service: running, rooms: [one] }, () => process.kill(running.gateway, 'SIGKILL')),
      );
      const established = () => baresip.events.filter((event) => event === 'CALL_ESTABLISHED').length;
      await failing(until('baresip is called again', 10_000, () => (established() === 2 ? true : undefined)));
      assert.ok(baresip.events.includes('CALL_CLOSED'), baresip.events.join());
      assert.equal((await callsIn(running, CODE)).length, 2);
    } finally {
      await baresip.stop();
    }
  });
});

describe('a room that has registered', () => {
  test('can be called by its name by the next gateway, before it registers again', async () => {
    const [user, password] = ['room1', 'a-secret'];
    const running = await RunningService.start({
      CLASSBRIDGE_SIP_USERS: JSON.stringify([sipUser(hashUser(user, 'classbridge', password))]),
    });
    service = running;
    const baresip = await Baresip.start({
      name: 'Registered',
      sipPort: 5084,
      audioCodec: 'PCMA/8000/1',
      videoCodec: 'H264',
      picture: green.video,
      sound: green.sound,
      registration: { registrar: `${running.address}:${running.sipPort}`, user, password },
    });
    try {
      await baresip.registered();
      const before = running.gateway;
      process.kill(before, 'SIGKILL');
      const made = await failing(
        until('the next gateway calls it', 10_000, async () => {
          const answer = await running.api('POST', '/calls', { class: CODE, to: user }).catch(() => undefined);
          return answer?.status === 201 ? answer : undefined;
        }),
      );
      assert.match(made.body, /"id"/);
      assert.notEqual(running.gateway, before);
      await until('it answers', 5000, () => baresip.events.includes('CALL_ESTABLISHED') || undefined);
      assert.equal(await running.metric('classbridge_sip_register_requests_total{result="registered"}'), 0);
    } finally {
      await baresip.stop();
    }
  });
});

/** The service has ended by itself, in order, and left nothing. */
async function endsInOrder(running: RunningService, within: number): Promise<void> {
  await failing(until('the service ends', within, () => (running.exitCode === null ? undefined : true)));
  assert.equal(running.exitCode, 0);
  assert.equal(await running.dataFile('journal'), '');
  assert.deepEqual(serviceProcesses(), []);
}

describe('a service that is asked to stop', () => {
  test('ends its calls at once and leaves an empty journal', async () => {
    const { service: running, rooms: both } = await lesson();
    const held = (await running.dataFile('journal')).split('\n').filter((line) => line.includes('"kind":"call"'));
    assert.ok(held.length >= 2, 'calls are in the journal while they stand');
    process.kill(running.supervisor, 'SIGTERM');
    await endsInOrder(running, 5000);
    assert.deepEqual(
      both.map(({ counts }) => counts.ended),
      [1, 1],
    );
  });

  test('waits for its lessons where it shall, and lets nobody in meanwhile', async () => {
    const stage = await lesson({ CLASSBRIDGE_DRAIN: 'wait' });
    const { service: running, rooms: both } = stage;
    process.kill(running.supervisor, 'SIGTERM');
    await until('it drains', 3000, async () => ((await running.health()).status === 503 ? true : undefined));
    const { body } = await running.health();
    assert.ok(typeof body === 'object' && body !== null && 'draining' in body && body.draining === true);
    const late = await openRoom(2);
    await assert.rejects(
      late.dial(running.sipUri(CODE)),
      (error: { status?: number; res?: { get(name: string): string } }) => {
        assert.equal(error.status, 503);
        assert.equal(error.res?.get('Retry-After'), '10');
        return true;
      },
    );
    assert.equal((await running.api('POST', '/calls', { class: CODE, to: late.uri })).status, 503);
    await sleep(2000);
    await Promise.all(both.map((room) => room.sees([1, 2], 3000)));
    assert.equal(running.exitCode, null);
    await Promise.all(both.map(({ host }) => host.hangUp()));
    await endsInOrder(running, 5000);
  });

  test('waits no longer than told, and not at all when it is asked again', async () => {
    const patient = await lesson({ CLASSBRIDGE_DRAIN: 'wait', CLASSBRIDGE_DRAIN_TIME: '3' });
    const begin = performance.now();
    process.kill(patient.service.supervisor, 'SIGTERM');
    await endsInOrder(patient.service, 8000);
    assert.ok(performance.now() - begin > 2900);
    await patient.service.stop();
    await Promise.all(rooms.map((room) => room.close()));
    rooms = [];
    const hurried = await lesson({ CLASSBRIDGE_DRAIN: 'wait' });
    process.kill(hurried.service.supervisor, 'SIGTERM');
    await sleep(500);
    process.kill(hurried.service.supervisor, 'SIGTERM');
    await endsInOrder(hurried.service, 4000);
    assert.deepEqual(
      hurried.rooms.map(({ counts }) => counts.ended),
      [1, 1],
    );
  });

  test('a gateway that lost its supervisor ends its calls and exits', async () => {
    const { service: running, rooms: both } = await lesson();
    process.kill(running.supervisor, 'SIGKILL');
    await failing(until('nothing is left', 5000, () => (serviceProcesses().length === 0 ? true : undefined)));
    assert.deepEqual(
      both.map(({ counts }) => counts.ended),
      [1, 1],
    );
    assert.equal(await running.dataFile('journal'), '');
  });
});
