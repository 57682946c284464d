import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeToneLoop, type SoundLoop } from '../host/sound-loop.ts';
import { crash } from '../host-behaviours/vanishing.ts';
import { flowDuring } from '../measurement/watch-source.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { joinAsPage } from '../peers/page-join.ts';
import { Exposition } from '../prometheus/exposition.ts';
import { RunningService } from '../service/running-service.ts';

// A machine that is full by configuration: with a hundredth of it allowed a lesson of two is all that it carries.

const CODE = '1001';
const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 500_000, frames: 100 };
/** Least share of the frames a second of before that must go on: other work on the machine is let pass. */
const FLOWING = 0.6;
/** ms after which a vanished room is plainly silent, and not yet given up. */
const PLAINLY_SILENT = 3500;

let service: RunningService;
let signalling: HostSignalling;
/** Of room 2, which loses its power. */
let mortal: HostSignalling;
let sound: SoundLoop;
const loops: PictureLoop[] = [];
const rooms: SimulatedHost[] = [];

before(async () => {
  sound = await encodeToneLoop('opus', 440);
  for (const host of [1, 2, 3]) {
    loops.push(await encodePictureLoop({ ...CAMERA, host }));
  }
  const { address } = currentTestNetwork().room;
  signalling = await HostSignalling.open(address);
  mortal = await HostSignalling.open(address);
  service = await RunningService.start({
    CLASSBRIDGE_ADMISSION_ENABLED: 'true',
    CLASSBRIDGE_ADMISSION_MAXIMUM_LOAD: '0.01',
  });
  rooms.push(await open(1), await open(2, mortal));
  for (const room of rooms) {
    await room.dial(service.sipUri(CODE));
  }
});

after(async () => {
  await Promise.all(rooms.map((room) => room.hangUp()));
  await signalling?.close();
  await mortal?.close();
  await service?.stop();
});

/** The room of this number: the same user whenever it is opened. */
function open(number: number, own = signalling): Promise<SimulatedHost> {
  const picture = loops[number - 1];
  assert.ok(picture);
  const name = `Room ${number}`;
  return SimulatedHost.open({ signalling: own, name, user: `room${number}`, pictures: [picture], sounds: [sound] });
}

/** Status and Retry-After of the refusal of a call; undefined where it is taken. */
async function refusalOf(host: SimulatedHost): Promise<{ status: unknown; retryAfter: unknown } | undefined> {
  try {
    await host.dial(service.sipUri(CODE));
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Error && 'status' in error && 'res' in error, String(error));
    const { res } = error;
    assert.ok(typeof res === 'object' && res !== null && 'get' in res && typeof res.get === 'function');
    return { status: error.status, retryAfter: res.get('Retry-After') };
  } finally {
    await host.hangUp();
  }
}

/** Frames a second of room 2 that room 1 sees while something is done. */
async function rateDuring(work: () => Promise<unknown>): Promise<number> {
  const [witness] = rooms;
  assert.ok(witness);
  return (await flowDuring(witness, 2, work)).rate ?? 0;
}

async function refused(labels: Record<string, string>): Promise<number> {
  return new Exposition(await service.metrics()).sum('classbridge_admission_refused_total', labels);
}

test('what the machine carries is told at the start and in the metrics', async () => {
  const told = await until('the capacity is in the log', 10_000, () =>
    service.events.some(({ event }) => event === 'capacity') ? true : undefined,
  );
  assert.ok(told);
  assert.ok(((await service.metric('classbridge_admission_capacity_parties')) ?? 0) >= 2);
  await until('the load of two rooms is measured', 5000, async () => {
    const ratio = (await service.metric('classbridge_admission_load_ratio')) ?? 0;
    return ratio > 0.01 ? true : undefined;
  });
});

test('rooms, browsers and calls of ours are refused, and the lesson goes on', async () => {
  const before = await rateDuring(() => sleep(4000));
  const during = await rateDuring(async () => {
    await sleep(1000);
    assert.deepEqual(await refusalOf(await open(3)), { status: 503, retryAfter: '10' });
    await assert.rejects(joinAsPage(service, CODE), /"fault":"no-capacity"/);
    const { status, body } = await service.api('POST', '/calls', { class: CODE, to: `sip:x@${signalling.address}` });
    assert.ok(status >= 400 && body.includes('capacity'), `${status} ${body}`);
    await sleep(2000);
  });
  assert.ok(
    during > 0 && during >= FLOWING * before,
    `${during} frames a second while others were refused, ${before} before`,
  );
  assert.deepEqual(
    rooms.map(({ endedByPeer }) => endedByPeer),
    [false, false],
  );
  assert.equal(await refused({ protocol: 'sip' }), 2);
  assert.equal(await refused({ protocol: 'webrtc' }), 1);
  assert.equal(service.events.filter(({ event }) => event === 'machine-full').length, 1, 'said once');
});

test('a room that vanished and calls again gets its place back', async () => {
  const [, vanishing] = rooms;
  assert.ok(vanishing);
  const { address, port } = mortal;
  await crash(vanishing);
  mortal = await HostSignalling.open(address, port);
  await sleep(PLAINLY_SILENT);
  assert.deepEqual(await refusalOf(await open(3)), { status: 503, retryAfter: '10' }, 'nobody else gets it');
  const again = await open(2, mortal);
  rooms[1] = again;
  await again.dial(service.sipUri(CODE));
  assert.ok(await again.media.waitForPicture(({ marks }) => marks.some(({ host }) => host === 1), 5000));
});

test('when somebody has left there is room', async () => {
  await rooms.pop()?.hangUp();
  const next = await open(3);
  rooms.push(next);
  await until('the place is free', 5000, async () =>
    (await service.metric('classbridge_calls{protocol="sip",state="up"}')) === 1 ? true : undefined,
  );
  await next.dial(service.sipUri(CODE));
  assert.ok(await next.media.waitForPicture(({ marks }) => marks.some(({ host }) => host === 1), 5000));
});
