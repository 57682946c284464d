import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PictureQueue } from './picture-queue.ts';

/** A picture that says whether it was freed. */
class Numbered {
  readonly number: number;
  readonly due: number;
  freed = 0;
  readonly picture: { octets: number; free: () => void };

  constructor(number: number, due: number, octets = 86_400) {
    this.number = number;
    this.due = due;
    this.picture = { octets, free: () => void this.freed++ };
  }
}

/** What each of so many beats of 40 ms shows of pictures that are there, and may be shown, at these times, ms. */
function beats(dues: readonly number[], count: number) {
  const queue = new PictureQueue<Numbered>();
  const pictures = dues.map((due, index) => new Numbered(index, due));
  const shown: (number | undefined)[] = [];
  let next = 0;
  for (let beat = 1; beat <= count; beat++) {
    for (let picture = pictures[next]; picture !== undefined && picture.due < beat * 40; picture = pictures[next]) {
      queue.push(picture);
      next += 1;
    }
    queue.advance(beat * 40, queue.isBehind(beat * 40));
    shown.push(queue.shown?.number);
  }
  return { queue, pictures, shown };
}

/** 25 a second, each this much (ms) after its time. */
const late = (count: number, lateness: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => index * 40 + lateness(index));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test('pictures whose time is around the beat, now before it and now after it, are all shown', () => {
  // Each second one misses its beat by little.
  const { queue, shown } = beats(
    late(1000, (index) => (index % 3 === 0 ? 41 : 39)),
    1002,
  );
  assert.equal(queue.leftOut, 0);
  assert.deepEqual(shown.slice(1, 1001), numbers(1000));
});

test('pictures of uneven distances are all shown, wherever they stand to the beats', () => {
  const flows: Record<string, (index: number) => number> = {
    '25 of the 30 that a camera takes': (index) => (Math.floor((index * 6) / 5) * 1000) / 30,
    'in pairs': (index) => Math.floor(index / 2) * 80,
    'to and fro by 18 ms': (index) => index * 40 + (index % 2) * 18 + ((index * 7) % 5) * 4,
    'each seventh half a beat late': (index) => index * 40 + (index % 7 === 0 ? 20 : 0),
  };
  for (const [name, due] of Object.entries(flows)) {
    for (let place = 0; place < 40; place += 3) {
      const { queue } = beats(
        numbers(2000).map((index) => place + due(index)),
        2010,
      );
      assert.ok(queue.leftOut <= 1, `${name}: ${queue.leftOut} were left out at ${place}`);
    }
  }
});

test('what has waited for more than a beat all the time is shown a beat earlier after two minutes', () => {
  // The first ones come 50 ms after their time.
  const { queue, shown } = beats(
    late(4000, (index) => (index < 3 ? 70 : 20)),
    4000,
  );
  assert.equal(queue.leftOut, 1);
  const missing = numbers(3990).find((number) => !shown.includes(number));
  assert.ok(missing !== undefined && missing >= 2990 && missing <= 3020, `${missing}`);
});

test('a time that wanders to and fro by less than half a beat costs no picture, wherever it stands to the beats', () => {
  for (let place = 0; place < 40; place++) {
    const { queue, shown } = beats(
      late(3000, (index) => place + 9 * Math.sin(index / 90) + (index % 7) / 2),
      3004,
    );
    const begin = shown.indexOf(0);
    assert.ok(queue.leftOut <= 1, `${queue.leftOut} were left out at ${place}`);
    assert.ok(begin <= 2 && shown.at(-1) === 2999, `from ${place}`);
  }
});

test('no picture is shown before its time', () => {
  const queue = new PictureQueue<Numbered>();
  queue.push(new Numbered(0, 100));
  assert.deepEqual(
    [0, 40, 80, 120].map((now) => queue.advance(now)),
    [false, false, false, true],
  );
});

test('a clock that runs faster than ours costs one picture for each beat that it gains', () => {
  // 0.1 percent: a beat in forty seconds.
  const { queue, shown } = beats(
    numbers(6000).map((index) => index * 39.96),
    6000,
  );
  assert.ok(queue.leftOut >= 5 && queue.leftOut <= 7, `${queue.leftOut}`);
  assert.ok((shown.at(-1) ?? 0) >= 5998 - 1, `${shown.at(-1)}`);
});

test('a source of fewer pictures is shown whole, one of more evenly: each beat shows another', () => {
  for (const rate of [10, 15, 24]) {
    const { queue } = beats(
      numbers(rate * 20).map((index) => (index * 1000) / rate),
      600,
    );
    assert.equal(queue.leftOut, 0, `${rate} a second`);
  }
  for (const rate of [30, 50, 60]) {
    const { queue, shown } = beats(
      numbers(rate * 20).map((index) => (index * 1000) / rate),
      500,
    );
    assert.equal(new Set(shown).size, 500, `${rate} a second`);
    assert.ok(Math.abs(queue.leftOut - (rate - 25) * 20) <= 3, `${queue.leftOut} of ${rate} a second`);
  }
});

test('what may be shown long since is passed over for the newest', () => {
  const queue = new PictureQueue<Numbered>();
  for (let number = 0; number < 5; number++) {
    queue.push(new Numbered(number, number));
  }
  assert.equal(queue.advance(400), true);
  assert.deepEqual([queue.shown?.number, queue.leftOut], [4, 4]);
});

test('what waits for a time that is no more, since a later one may be shown, is passed', () => {
  const queue = new PictureQueue<Numbered>();
  queue.push(new Numbered(0, 5000));
  queue.push(new Numbered(1, 20));
  queue.advance(40);
  queue.advance(80);
  assert.equal(queue.shown?.number, 1);
});

test('pictures of 1080p that are to wait for long go on before their time; without beats the oldest are left out', () => {
  const queue = new PictureQueue<Numbered>();
  const pictures = numbers(100).map((number) => new Numbered(number, 1e9, 5_000_000));
  for (const picture of pictures.slice(0, 50)) {
    queue.push(picture);
  }
  const held = () => pictures.slice(0, 50).filter(({ freed }) => freed === 0).length;
  assert.ok(held() <= 13, `${held()} are held`);
  const shown: (number | undefined)[] = [];
  for (const [index, picture] of pictures.slice(50).entries()) {
    queue.push(picture);
    queue.advance(index * 40);
    shown.push(queue.shown?.number);
  }
  assert.ok((shown.at(-1) ?? 0) >= 88, `${shown.at(-1)}`);
  queue.clear();
  assert.ok(pictures.every(({ freed }) => freed === 1));
});

test('each picture is shown once or left out, in order, and freed once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 200 }), (distances) => {
      let now = 0;
      const dues = distances.map((distance) => {
        now += distance;
        return now;
      });
      const { queue, pictures, shown } = beats(dues, Math.ceil(now / 40) + 10);
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
