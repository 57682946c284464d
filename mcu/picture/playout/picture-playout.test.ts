import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PicturePlayout } from './picture-playout.ts';
import { PictureQueue } from './picture-queue.ts';

interface Flow {
  /** Pictures, 25 a second unless `distance` (ms) says otherwise. */
  readonly count: number;
  readonly distance?: number;
  /** ms by which a picture comes after its time. */
  readonly lateness?: (index: number) => number;
  /** ms of media time; where not said, the time at which it was taken. */
  readonly mediaTime?: (index: number) => number;
  readonly soundDelay?: (index: number) => number | undefined;
  /** ms that decoding takes. */
  readonly decoding?: (index: number) => number;
  /** ms of the first beat. */
  readonly begin?: number;
}

/** How a flow of pictures is shown by beats of 40 ms: the beat of each, and how long each waited. */
function play({ count, distance = 40, begin = 0, ...flow }: Flow) {
  const playout = new PicturePlayout();
  const queue = new PictureQueue<{ number: number; due: number; picture: { octets: 1; free(): void } }>();
  const taken = (index: number) => index * distance;
  const events = Array.from({ length: count }, (_, index) => {
    const arrivedAt = taken(index) + (flow.lateness?.(index) ?? 0);
    return { index, arrivedAt, readyAt: arrivedAt + (flow.decoding?.(index) ?? 4) };
  });
  for (const [index, event] of events.entries()) {
    // A decoder gives pictures in their order.
    const before = events[index - 1];
    if (before !== undefined) {
      event.arrivedAt = Math.max(event.arrivedAt, before.arrivedAt);
      event.readyAt = Math.max(event.readyAt, before.readyAt);
    }
  }
  const shownAt: number[] = [];
  const holds: number[] = [];
  const wanted: number[] = [];
  let next = 0;
  for (let beat = begin; next < count || beat < begin + count * distance + 1000; beat += 40) {
    for (let event = events[next]; event !== undefined && event.readyAt <= beat; event = events[next]) {
      const { index, arrivedAt, readyAt } = event;
      const mediaTime = flow.mediaTime === undefined ? 7_000_000 + taken(index) : flow.mediaTime(index);
      const due = playout.due({ arrivedAt, mediaTime, soundDelay: flow.soundDelay?.(index) }, readyAt);
      queue.push({ number: index, due, picture: { octets: 1, free: () => undefined } });
      holds.push(playout.hold);
      wanted.push(playout.soundDelayWanted);
      next += 1;
    }
    if (queue.advance(beat, queue.isBehind(beat) && !playout.keepsBeat())) {
      playout.shown(queue.place);
      shownAt[queue.shown?.number ?? -1] = beat;
    }
  }
  const waits = shownAt.map((at, index) => at - taken(index));
  return { leftOut: queue.leftOut, shownAt, waits, holds, wanted };
}

/** Numbers that look like chance and are the same each time: 0 to 1. */
function chance(index: number): number {
  const value = Math.sin(index * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('an even line: pictures are held for no longer than they take to be decoded, and none is left out', () => {
  for (let begin = 0; begin < 40; begin += 3) {
    const { leftOut, waits, holds } = play({ count: 3000, begin });
    assert.equal(leftOut, 0);
    assert.ok(Math.max(...holds) <= 8, `${Math.max(...holds)}`);
    assert.ok(Math.max(...waits) - Math.min(...waits) <= 40);
  }
});

test('a line that is uneven by 50 ms: after a few seconds each picture is shown by one beat, for ten minutes', () => {
  for (const begin of [0, 7, 13, 20, 31]) {
    const { leftOut, shownAt } = play({
      count: 15_000,
      begin,
      lateness: (index) => 10 * chance(index) + (index % 61 === 7 ? 40 : 0),
      decoding: (index) => 3 + 5 * chance(index + 0.5),
    });
    assert.ok(leftOut <= 1, `${leftOut} were left out from ${begin}`);
    const steps = new Set(shownAt.slice(200).map((at, index) => at - (shownAt[199 + index] ?? 0)));
    assert.deepEqual(steps, new Set([40]), 'evenly');
  }
});

test('one that is late by more than ever before moves the others, without one left out; seven minutes and a half later they are back', () => {
  const { leftOut, waits } = play({ count: 12_000, lateness: (index) => (index === 500 ? 45 : 0) });
  assert.equal(leftOut, 1);
  assert.equal(waits.filter((wait) => wait === undefined).length, 0);
  const missing = waits.findIndex((_, index) => !(index in waits));
  assert.ok(missing > 500 + 299 * 25, `picture ${missing} was left out`);
  assert.equal(waits[11_990], waits[400]);
});

test('a standstill of the line of half a second costs what came too late, and a delay of three beats that goes again within ten minutes', () => {
  const { leftOut, waits } = play({
    count: 17_000,
    lateness: (index) => (index >= 500 && index < 513 ? (513 - index) * 40 : 0),
  });
  assert.ok(leftOut <= 14, `${leftOut}`);
  assert.ok((waits[540] ?? 999) <= 200, `${waits[540]} ms soon after`);
  assert.ok((waits[16_950] ?? 999) <= 50, `${waits[16_950]} ms later`);
});

test('pictures wait for their sound, and follow it slowly', () => {
  const { leftOut, waits, holds } = play({ count: 1000, soundDelay: (index) => (index < 500 ? 132 : 52) });
  assert.ok((holds[0] ?? 99) <= 8);
  assert.ok(leftOut >= 1 && leftOut <= 3, `${leftOut}`);
  // Sound needs 4 ms more besides; pictures change by whole beats.
  assert.ok(Math.abs(mean(waits.slice(300, 480)) - 136) <= 24, `${mean(waits.slice(300, 480))}`);
  assert.ok(Math.abs(mean(waits.slice(900)) - 56) <= 24, `${mean(waits.slice(900))}`);
  const steps = holds.slice(1).map((hold, index) => hold - (holds[index] ?? 0));
  assert.ok(Math.max(...steps.map(Math.abs)) <= 2.01);
});

test('a sound delay that trembles moves no picture', () => {
  const { leftOut, shownAt } = play({
    count: 10_000,
    soundDelay: (index) => 70 + 14 * Math.sin(index / 40) + 8 * chance(index),
    lateness: (index) => 6 * chance(index),
  });
  assert.ok(leftOut <= 1, `${leftOut}`);
  const steps = shownAt.slice(400).map((at, index) => at - (shownAt[399 + index] ?? 0));
  assert.ok(steps.filter((step) => step !== 40).length <= 1);
});

test('where pictures need longer than the sound waits, the sound is asked to wait as long', () => {
  const { wanted, waits } = play({
    count: 1000,
    soundDelay: () => 30,
    lateness: (index) => (index % 50 === 0 ? 60 : 0),
  });
  const wait = mean(waits.slice(500));
  // Of all of them, and the party's own sound comes 1.2 ms before the mean of its pictures.
  assert.ok(Math.abs((wanted[900] ?? 0) - wait + 4) <= 3, `${wanted[900]} ms are wanted for ${wait} ms`);
  assert.ok(wait >= 60);
});

test('timestamps that tell nothing are not believed: pictures go on as they come', () => {
  const clocks: Record<string, (index: number) => number> = {
    'always the same': () => 0,
    'half as fast': (index) => index * 20,
    'twice as fast': (index) => index * 80,
    'by chance': (index) => 1e7 * chance(index),
    backwards: (index) => 1e7 - index * 40,
    'in milliseconds for 90 kHz': (index) => (index * 40) / 90,
  };
  for (const [name, mediaTime] of Object.entries(clocks)) {
    const { leftOut, waits } = play({ count: 3000, mediaTime });
    assert.ok(leftOut <= 150, `${name}: ${leftOut} were left out`);
    const long = waits.filter((wait) => wait > 250).length;
    assert.ok(long <= 30, `${name}: ${long} waited for long`);
    assert.ok(mean(waits.slice(1000)) <= 90, `${name}: ${mean(waits.slice(1000))} ms`);
  }
});

test('another time base, as after hold, begins anew at once', () => {
  for (const jump of [-1e6, -800, -300, 300, 800, 1e6]) {
    const { leftOut, waits } = play({ count: 1000, mediaTime: (index) => index * 40 + (index < 500 ? 0 : jump) });
    assert.ok(leftOut <= 6, `${jump}: ${leftOut}`);
    assert.ok(Math.max(...waits.slice(530)) <= 170, `${jump}: ${Math.max(...waits.slice(530))}`);
  }
});

test('whatever times are given, what is due is a number, and not long after it came', () => {
  const time = fc.double({ noNaN: true, min: -1e12, max: 1e12 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 2000 }), time, fc.option(time, { nil: undefined }), fc.nat({ max: 300 })), {
        maxLength: 300,
      }),
      (flow) => {
        const playout = new PicturePlayout();
        let now = 0;
        for (const [distance, mediaTime, soundDelay, decoding] of flow) {
          now += distance;
          const due = playout.due({ arrivedAt: now, mediaTime, soundDelay }, now + decoding);
          assert.ok(Number.isFinite(due) && due <= now + 200 + 400.01, `${due - now}`);
          assert.ok(playout.hold >= 0 && playout.hold <= 400);
          assert.ok(playout.soundDelayWanted <= 182);
        }
      },
    ),
  );
});
