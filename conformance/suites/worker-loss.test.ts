import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Loss } from '../chaos/lesson-stage.ts';
import { type LossFigures, WorkerLossStage } from '../chaos/worker-loss-stage.ts';
import { strongestTone } from '../media/tone.ts';

// The media server of the browsers is killed, or hangs, in the middle of a lesson: browsers have picture and sound back in time
// without leaving it, rooms see them move again, and what rooms see of each other never stops.

/** ms. */
const BACK = 3000;
/** Longest that a room's own mix may stand still, ms: other work on the machine is let pass. */
const STANDSTILL = 500;
/** Amplitude from which on a room hears the browser, whose noise suppression lowers its tone. */
const HEARD = 0.01;

let stage: WorkerLossStage;

before(async () => {
  stage = await WorkerLossStage.open();
});

after(async () => {
  await stage?.close();
});

function isBack(what: string, times: ReadonlyMap<string, number | undefined>): void {
  assert.ok(times.size > 0);
  for (const [of, back] of times) {
    assert.ok(back !== undefined && back <= BACK, `${what} ${of} back after ${back} ms`);
  }
}

function checkFigures({ pages, sound, rooms, standstills, blanks }: LossFigures): void {
  isBack('picture', pages);
  isBack('sound', sound);
  isBack('the browser in the mix of', rooms);
  assert.ok(
    [...pages.values()].some((back) => back !== 0),
    'pictures really were cut off',
  );
  for (const [of, { before: usual, after: longest }] of standstills) {
    assert.ok(longest < Math.max(STANDSTILL, 2 * usual), `${of} stood still for ${longest} ms, before for ${usual} ms`);
  }
  assert.deepEqual([...blanks.values()], [0, 0], 'the last picture stands until there is a new one');
}

const LOSSES: readonly [Loss, string][] = [
  ['SIGKILL', 'is killed'],
  ['SIGSTOP', 'hangs'],
];

for (const [loss, what] of LOSSES) {
  test(`the media server ${what}: all is back within ${BACK} ms, and nobody leaves`, async () => {
    const { service, pages } = stage;
    const worker = stage.worker;
    try {
      const figures = await stage.lose(loss);
      console.log(
        what,
        JSON.stringify(figures, (_key, value) => (value instanceof Map ? [...value] : value)),
      );
      checkFigures(figures);
      assert.notEqual(stage.worker, worker);
      assert.deepEqual(
        service.events.filter(({ event }) => event === 'party-left'),
        [],
      );
      for (const page of Object.values(pages)) {
        await page.page.waitForSelector('[data-testid=status][data-state=in-lesson][data-media=connected]');
        assert.deepEqual(
          page.console.filter((line) => line.startsWith('error')),
          [],
        );
      }
      assert.equal(await pages.sources.page.getByTestId('camera').getAttribute('data-on'), 'false', 'it stays off');
      for (const room of stage.rooms) {
        assert.ok(strongestTone(room.media.heard, 1600) > HEARD, `${room.name} hears the browser`);
        assert.deepEqual(room.media.faults, []);
        assert.equal(room.endedByPeer, false);
      }
      const health = await fetch(`http://${service.address}:${service.operatorPort}/health`);
      assert.equal(health.status, 200);
    } catch (error) {
      console.error(service.output.slice(-4000), pages.mix.console, pages.sources.console);
      throw error;
    }
  });
}
