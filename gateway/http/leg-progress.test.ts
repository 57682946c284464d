import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { audioFigures, counters, legFigures, videoFigures } from './example-figures.ts';
import { LegProgresses } from './leg-progress.ts';

test('what a leg did is the difference of two reports; the first counts from its beginning', () => {
  const progresses = new LegProgresses();
  const figures = (packets: number) =>
    legFigures('a', {
      audio: audioFigures({ in: counters({ packets, bytes: 10 * packets }), concealed: packets / 10 }),
      video: videoFigures({ out: counters({ packets, lost: 5 }), decoded: packets }),
    });
  const [first] = progresses.advance([figures(100)], 1);
  assert.equal(first?.seconds, undefined);
  assert.deepEqual(first?.audio?.in, { packets: 100, bytes: 1000, lost: 0 });
  const [second] = progresses.advance([figures(150)], 3);
  assert.equal(second?.seconds, 2);
  assert.deepEqual(second?.audio?.in, { packets: 50, bytes: 500, lost: 0 });
  assert.equal(second?.audio?.concealed, 5);
  assert.deepEqual(second?.video?.out, { packets: 50, bytes: 0, lost: 0 });
  assert.equal(second?.video?.decoded, 50);
});

test('a leg that begins anew, with another engine, counts from nothing again', () => {
  const progresses = new LegProgresses();
  const figures = (packets: number, freezes: number) =>
    legFigures('a', { video: videoFigures({ in: counters({ packets, lost: packets / 10 }), freezes }) });
  progresses.advance([figures(1000, 3)], 1);
  const [anew] = progresses.advance([figures(10, 3)], 2);
  assert.deepEqual(anew?.video?.in, { packets: 10, bytes: 0, lost: 1 });
  assert.equal(anew?.video?.freezes, 3);
  assert.equal(anew?.seconds, undefined);
});

test('no rate is made of two reports that came close together', () => {
  const progresses = new LegProgresses();
  const figures = (packets: number) => legFigures('a', { video: videoFigures({ in: counters({ packets }) }) });
  progresses.advance([figures(0)], 1);
  const [burst] = progresses.advance([figures(100)], 1.25);
  assert.equal(burst?.seconds, undefined);
  assert.equal(burst?.video?.in.packets, 100, 'they are counted all the same');
  assert.equal(progresses.advance([figures(200)], 2.25)[0]?.seconds, 1);
  assert.equal(progresses.advance([figures(300)], 1.5)[0]?.seconds, undefined, 'back in time');
});

test('whatever is reported, nothing is ever negative', () => {
  const counts = fc.record({ packets: fc.nat(), bytes: fc.nat(), lost: fc.nat(), jitter: fc.nat() });
  fc.assert(
    fc.property(fc.array(fc.tuple(counts, counts, fc.nat()), { maxLength: 10 }), (reports) => {
      const progresses = new LegProgresses();
      reports.forEach(([inbound, outbound, decoded], second) => {
        const video = videoFigures({ in: inbound, out: outbound, decoded });
        const [progress] = progresses.advance([legFigures('a', { video })], second);
        assert.ok(progress?.video);
        for (const value of [...Object.values(progress.video.in), ...Object.values(progress.video.out)]) {
          assert.ok(value >= 0);
        }
        assert.ok(progress.video.decoded >= 0);
      });
    }),
  );
});
