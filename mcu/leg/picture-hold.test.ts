import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PictureHold } from './picture-hold.ts';

function frame(number: number, length = 100) {
  return { data: Buffer.alloc(length, number), timestamp: number, isKeyFrame: false, isCorrupt: false };
}

/** Pictures every 40 ms, looked after every 5 ms: how long each was held. */
function run(delays: readonly (number | undefined)[]): number[] {
  const hold = new PictureHold<'VP8'>();
  const held: number[] = [];
  for (let now = 0; now < delays.length * 40 + 1000; now += 5) {
    const index = now / 40;
    if (Number.isInteger(index) && index < delays.length) {
      hold.push('VP8', frame(index), delays[index], now);
    }
    for (const { frame: due } of hold.due(now)) {
      held[due.timestamp] = now - due.timestamp * 40;
    }
  }
  return held;
}

test('without sound, or with sound that hardly waits, pictures go on at once', () => {
  assert.deepEqual(run([undefined, undefined, 10, 16]), [0, 0, 0, 0]);
});

test('the hold follows the sound: slowly up, sooner down, never past its bound', () => {
  const held = run([...Array.from({ length: 40 }, () => 116), ...Array.from({ length: 12 }, () => 36)]);
  assert.ok((held[0] ?? 99) <= 5, `the first is held ${held[0]} ms`);
  assert.ok((held[10] ?? 0) >= 40 && (held[10] ?? 99) <= 50, `the eleventh is held ${held[10]} ms`);
  assert.equal(held[39], 95);
  assert.equal(held[51], 15);
  assert.equal(Math.max(...run(Array.from({ length: 200 }, () => 5000))), 400);
});

test('pictures keep their order whatever the sound does; what is held is bounded', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.option(fc.nat({ max: 1000 }), { nil: undefined }), fc.nat({ max: 60 }), fc.nat({ max: 400_000 })),
        {
          maxLength: 200,
        },
      ),
      (pictures) => {
        const hold = new PictureHold<'VP8'>();
        const out: number[] = [];
        let [now, held] = [0, 0];
        for (const [index, [delay, wait, length]] of pictures.entries()) {
          now += wait;
          hold.push('VP8', frame(index, length + 1), delay, now);
          held += length + 1;
          for (const { frame: due } of hold.due(now)) {
            out.push(due.timestamp);
            held -= due.data.length;
          }
          assert.ok(index + 1 - out.length <= 40);
          assert.ok(held <= 8 * 1024 * 1024);
        }
        out.push(...hold.due(now + 10_000).map(({ frame: due }) => due.timestamp));
        assert.deepEqual(
          out,
          pictures.map((_, index) => index),
        );
      },
    ),
  );
});
