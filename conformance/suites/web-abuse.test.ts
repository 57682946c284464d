import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LessonRooms } from '../abuse/lesson-rooms.ts';
import { OrderedProgram } from '../abuse/ordered-program.ts';
import { type WebFloodReport, webFloodReport } from '../abuse/web-flood-protocol.ts';
import { HostSignalling } from '../host/host-signalling.ts';
import { watchSource } from '../measurement/watch-source.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { joinAsPage } from '../peers/page-join.ts';
import { GrowthWatch } from '../service/growth.ts';
import { MEASURABLE } from '../service/memory.ts';
import { RunningService } from '../service/running-service.ts';

// A lesson goes on while strangers send broken HTTP, TLS and WebSocket messages to the pages' and the operators' ports;
// nothing of them stays behind.

const CODE = '1001';
const FLOOD = fileURLToPath(new URL('../abuse/send-web-flood.ts', import.meta.url));
const SEED = 20_260_102;
/** Two floods: the first brings the service's memory to its working size; growth is measured over the second. */
const FIRST = { seed: SEED, messages: 10_000, rate: 300 };
const SECOND = { seed: SEED + 1, messages: 10_000, rate: 300 };
/** Longest time that a picture stood still, and that a page took from its loading to the answer to its join, ms. */
const LONGEST_GAP = 2000;
const LONGEST_JOIN = 2000;
const JOINS = 5;
const JOIN_PAUSE = 4000;
/** ms in which a flood must have been read, and in which the service is rid of what came of it. */
const PATIENCE = 180_000;
const CLEAN = 30_000;

let service: RunningService;
let signalling: HostSignalling;
let program: OrderedProgram;
let rooms: LessonRooms;

before(async () => {
  signalling = await HostSignalling.open(currentTestNetwork().room.address);
  rooms = await LessonRooms.encode(signalling, [1, 2]);
  program = new OrderedProgram(FLOOD);
  service = await RunningService.start({
    ...MEASURABLE,
    // Full after the first flood: what traces may take is not taken for a leak.
    CLASSBRIDGE_DIAGNOSIS_TOTAL_SIZE: '1',
    CLASSBRIDGE_MEDIA_PICTURE_SIZE: '720p',
  });
});

after(async () => {
  await program?.stop();
  await signalling?.close();
  await service?.stop();
});

async function send(order: typeof FIRST): Promise<WebFloodReport> {
  const { address, webPort, operatorPort } = service;
  return webFloodReport.parse(await program.order({ ...order, address, webPort, operatorPort }, PATIENCE));
}

/** What stands in the service. */
async function standing() {
  const value = async (line: string) => (await service.metric(line)) ?? 0;
  return {
    rooms: await value('classbridge_calls{protocol="sip",state="up"}'),
    pages: await value('classbridge_calls{protocol="webrtc",state="up"}'),
    joining: await value('classbridge_calls{protocol="webrtc",state="joining"}'),
    lessons: await value('classbridge_lessons'),
  };
}

/** Waits until the lesson with its two rooms is all that stands. */
async function clean(): Promise<void> {
  const wanted = { rooms: 2, pages: 0, joining: 0, lessons: 1 };
  let left: unknown;
  await until('nothing is left behind', CLEAN, async () => {
    left = await standing();
    return JSON.stringify(left) === JSON.stringify(wanted) ? true : undefined;
  }).catch(() => assert.deepEqual(left, wanted));
  // Connections of the flood that were not ended are given up by then.
  await sleep(12_000);
}

test('20,000 broken messages to the web doors disturb no lesson and leave nothing behind', {
  timeout: 400_000,
}, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const [one, two] = [await rooms.open('One', 1), await rooms.open('Two', 2)];
  const joins: number[] = [];
  try {
    await one.dial(service.sipUri(CODE));
    await two.dial(service.sipUri(CODE));
    await Promise.all([one, two].map((host) => host.media.waitForPicture(({ marks }) => marks.length === 2, 5000)));
    const flows = [watchSource(one, 2), watchSource(two, 1)];

    // Pages that come and go are of the working size, too.
    const firstFlood = send(FIRST);
    await joinAsPage(service, CODE);
    const first = await firstFlood;
    await clean();
    const growth = await GrowthWatch.start(service);

    const flooding = send(SECOND);
    for (let index = 0; index < JOINS; index++) {
      joins.push(await joinAsPage(service, CODE));
      await sleep(JOIN_PAUSE);
    }
    const second = await flooding;
    for (const report of [first, second]) {
      t.diagnostic(
        `${report.messages} messages on ${report.connections} connections in ${Math.round(report.elapsed)} ms; ${report.answered} answered`,
      );
      assert.ok(report.messages >= 10_000 && report.connections > 3000);
      // The flood reached the parsers: most connections were told something.
      assert.ok(report.answered > report.connections / 3);
      assert.equal(report.leaks, 0, 'no file of the machine was given away');
    }
    await clean();

    await growth.flooded();
    for (const flow of flows) {
      // A picture that stands still now counts too.
      flow.shown(-1, performance.now());
    }
    const gaps = flows.map(({ longest }) => Math.round(longest));
    t.diagnostic(`longest gaps ${gaps.join(', ')} ms; pages joined in ${joins.map(Math.round).join(', ')} ms`);
    assert.ok(Math.max(...gaps) <= LONGEST_GAP, `the pictures stood still for ${gaps.join(', ')} ms`);
    assert.ok(Math.max(...joins) <= LONGEST_JOIN, `pages joined within ${joins.join(', ')} ms`);
    assert.deepEqual([one.endedByPeer, two.endedByPeer], [false, false], 'both are still in the lesson');
    const told = await growth.level(async (index) => {
      await send({ ...SECOND, seed: SEED + 1 + index });
      await clean();
    });
    t.diagnostic(told);
    const lines = service.output.match(/a page was not let in|the WebSocket of a page failed/g)?.length ?? 0;
    assert.ok(lines <= 60, `${lines} lines about strangers`);
  } catch (error) {
    console.error(service.output.slice(-4000));
    throw error;
  } finally {
    await Promise.all([one.hangUp(), two.hangUp()]);
  }
});
