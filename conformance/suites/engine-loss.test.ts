import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DECODER_TRAP_UUID, DECODER_TRAP_VARIABLE } from '#mcu/engine/decoder-trap.ts';
import { describe, slowestPicture, slowestSound } from '../chaos/engine-loss.ts';
import { type EngineLossFigures, EngineLossStage } from '../chaos/engine-loss-stage.ts';
import { cameraLoop } from '../chaos/lesson-stage.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeToneLoop } from '../host/sound-loop.ts';
import { withMark } from '../host-behaviours/decoder-killer.ts';
import { until } from '../media/until.ts';

// The engine dies, hangs, or is killed by what it decodes, in a lesson of two rooms and a browser: nobody's call ends, and everybody
// sees and hears the others again within two seconds.

/** ms. */
const BACK = 2000;
/** ms by which the clock of a source may move. */
const IN_STEP = 20;

let stage: EngineLossStage;
let reInvites = 0;

before(async () => {
  stage = await EngineLossStage.open({ [DECODER_TRAP_VARIABLE]: '1' });
  for (const room of stage.rooms) {
    room.dialog.on('modify', () => {
      reInvites += 1;
    });
  }
});

after(async () => {
  await stage?.close();
});

function checkCalls(): void {
  assert.equal(reInvites, 0, 'no offer was made anew');
  for (const room of stage.rooms) {
    assert.equal(room.endedByPeer, false, `${room.name} is still in its call`);
    assert.deepEqual(room.media.faults, []);
    assert.equal(room.media.pictureSources, 1, `${room.name} saw one source all the time`);
  }
  assert.deepEqual(
    stage.service.events.filter(({ event }) => event === 'party-left'),
    [],
  );
}

function checkFigures(figures: EngineLossFigures): void {
  assert.ok(slowestPicture(figures) <= BACK, describe(figures));
  assert.ok(slowestSound(figures) <= BACK, describe(figures));
  for (const [room, { picture, sound }] of figures.ssrcs) {
    assert.deepEqual([picture.length, sound.length], [1, 1], `${room} heard of no other SSRC`);
  }
  for (const [room, { picture, sound }] of figures.shifts) {
    assert.ok(Math.abs(picture) < IN_STEP, `${room}: the clock of pictures moved by ${picture} ms`);
    assert.ok(Math.abs(sound) < IN_STEP, `${room}: the clock of sound moved by ${sound} ms`);
  }
}

for (const [what, loss] of [
  ['is killed', 'SIGKILL'],
  ['stands still', 'SIGSTOP'],
] as const) {
  test(`an engine that ${what} costs no call and two seconds of picture at the most`, async (context) => {
    try {
      const { engine } = stage;
      const figures = await stage.lose(loss);
      context.diagnostic(describe(figures));
      assert.notEqual(stage.engine, engine);
      checkFigures(figures);
      checkCalls();
      assert.deepEqual(
        stage.page.console.filter((line) => line.startsWith('error')),
        [],
      );
    } catch (error) {
      console.error(stage.service.output.slice(-6000), stage.page.console);
      throw error;
    }
  });
}

test('a room whose pictures kill engines does so twice at the most; then its placeholder stands for it', async (context) => {
  const deaths = () => stage.service.events.filter(({ event }) => event === 'engine-died').length;
  const deathsBefore = deaths();
  const killer = await SimulatedHost.open({
    signalling: stage.signalling,
    name: 'Killer',
    pictures: [withMark(await cameraLoop(3), DECODER_TRAP_UUID, 10)],
    sounds: [await encodeToneLoop('opus', 2300)],
    watches: false,
  });
  try {
    await stage.standsBy();
    await killer.dial(stage.uri);
    const quarantined = await until('its source is quarantined', 15_000, () =>
      stage.service.events.find(({ event }) => event === 'source-quarantined'),
    );
    assert.ok(quarantined.call);
    await sleep(3000);
    const figures = await stage.watch(() => undefined);
    context.diagnostic(describe(figures));
    assert.ok(slowestPicture(figures) < BACK, `the others go on: ${describe(figures)}`);
    assert.equal(deaths() - deathsBefore, 2);
    const [room] = stage.rooms;
    const shown = await room?.media.waitForPicture(({ marks }) => marks.length > 0, 2000);
    assert.deepEqual(shown?.marks.map(({ host }) => host).sort(), [1, 2, 9], 'its cell shows nothing of it');
    checkCalls();
    assert.equal(killer.endedByPeer, false, 'it is still in the lesson');
  } catch (error) {
    console.error(stage.service.output.slice(-6000));
    throw error;
  } finally {
    await killer.hangUp();
  }
});
