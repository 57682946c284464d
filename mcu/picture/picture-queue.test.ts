import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PictureQueue } from './picture-queue.ts';

/** A picture that says whether it was freed. */
class Numbered {
  readonly number: number;
  freed = 0;
  readonly picture = { free: () => void this.freed++ };

  constructor(number: number) {
    this.number = number;
  }
}

/** What each of so many beats of 40 ms shows when pictures come at these times, ms. */
function beats(arrivals: readonly number[], count: number) {
  const queue = new PictureQueue<Numbered>();
  const pictures = arrivals.map((_, index) => new Numbered(index));
  const shown: (number | undefined)[] = [];
  let next = 0;
  for (let beat = 1; beat <= count; beat++) {
    for (
      let picture = pictures[next];
      picture !== undefined && (arrivals[next] ?? 0) < beat * 40;
      picture = pictures[next]
    ) {
      queue.push(picture);
      next += 1;
    }
    queue.advance();
    shown.push(queue.shown?.number);
  }
  return { queue, pictures, shown };
}

/** 25 a second, each this much (ms) after its time. */
const late = (count: number, lateness: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => index * 40 + lateness(index));

test('pictures that come around the beat, now before it and now after it, are all shown', () => {
  // Each second one misses its beat by little.
  const { queue, shown } = beats(
    late(1000, (index) => (index % 3 === 0 ? 41 : 39)),
    1002,
  );
  assert.equal(queue.leftOut, 0);
  assert.deepEqual(
    shown.slice(1, 1001),
    Array.from({ length: 1000 }, (_, index) => index),
  );
});

test('one that waits all the time is left out after two seconds', () => {
  const { queue, shown } = beats(
    late(400, (index) => (index === 0 ? 41 : 0)),
    400,
  );
  assert.equal(queue.leftOut, 1);
  assert.equal(shown.indexOf(20), 21, 'one beat late before');
  assert.equal(shown.at(-1), 399, 'in time after');
});

test('what came late at once after a standstill is made up for within four seconds', () => {
  const standstill = 100;
  const { queue, shown } = beats(
    late(200, (index) => (index >= standstill && index < standstill + 4 ? (standstill + 4 - index) * 40 : 0)),
    200,
  );
  assert.equal(queue.leftOut, 4, 'two did not fit, two were taken back');
  assert.equal(shown[190], 190);
});

test('each picture is shown once or left out, in order, and freed once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 200 }), (distances) => {
      let now = 0;
      const arrivals = distances.map((distance) => {
        now += distance;
        return now;
      });
      const { queue, pictures, shown } = beats(arrivals, Math.ceil(now / 40) + 10);
      const different = new Set(shown.filter((number) => number !== undefined));
      assert.equal(different.size + queue.leftOut, pictures.length);
      assert.deepEqual(
        [...different],
        [...different].toSorted((a, b) => a - b),
      );
      assert.ok(pictures.filter((picture) => picture.freed === 0).length <= 1, 'but for the one that is shown');
      queue.clear();
      assert.ok(pictures.every(({ freed }) => freed === 1));
    }),
  );
});

test('of a source that sends more than there are beats the newest is shown, once its rate is known', () => {
  const arrivals = Array.from({ length: 300 }, (_, index) => index * (1000 / 30));
  const { queue, shown } = beats(arrivals, 250);
  for (const beat of [60, 61, 100, 249]) {
    assert.equal(shown[beat - 1], Math.ceil((beat * 40) / (1000 / 30)) - 1, `in beat ${beat}`);
  }
  assert.equal(new Set(shown).size, 250);
  assert.equal(queue.leftOut, 50);
});

test('a standstill is not taken for a fast source', () => {
  const standstill = 60;
  const { shown } = beats(
    late(200, (index) => (index >= standstill && index < standstill + 8 ? (standstill + 8 - index) * 40 : 0)),
    200,
  );
  const missing = Array.from({ length: 190 }, (_, index) => index).filter((number) => !shown.includes(number));
  assert.deepEqual(missing, [60, 61, 62, 63, 64, 65, 91, 142], 'what did not fit, and two that went on waiting');
});
