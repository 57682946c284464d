import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PlayoutBuffer } from './playout-buffer.ts';

const PACKET = 960;

/** A packet of a steady ramp: sample n of the stream has the value n / 1e6. */
function ramp(number: number): { extendedSequenceNumber: number; mediaTime: number; decode: () => Float32Array } {
  return {
    extendedSequenceNumber: number,
    mediaTime: number * 20,
    decode: () => Float32Array.from({ length: PACKET }, (_, index) => (number * PACKET + index + 1) / 1e6),
  };
}

test('an even flow comes out whole after the least delay', () => {
  const buffer = new PlayoutBuffer();
  const out: number[] = [];
  for (let tick = 0; tick < 50; tick++) {
    buffer.push(ramp(tick), tick * 20);
    out.push(...buffer.pull(PACKET, tick * 20 + 1));
  }
  const begin = out.findIndex((sample) => sample !== 0);
  assert.ok(begin >= PACKET && begin <= 3 * PACKET, `began after ${begin} samples`);
  out.slice(begin).forEach((sample, index) => {
    assert.ok(Math.abs(sample - (index + 1) / 1e6) < 1e-6, `sample ${index}`);
  });
  assert.equal(buffer.concealed, 0);
});

test('the delay told is the time that packets wait', () => {
  const buffer = new PlayoutBuffer();
  assert.equal(buffer.delay(0), undefined);
  for (let tick = 0; tick < 200; tick++) {
    buffer.push(ramp(tick), tick * 20);
    buffer.pull(PACKET, tick * 20 + 7);
  }
  assert.ok(Math.abs((buffer.delay(4000) ?? 0) - 27) < 0.01, `${buffer.delay(4000)}`);
  assert.equal(buffer.delay(9000), undefined, 'nobody speaks any more');
  buffer.reset();
  assert.equal(buffer.delay(4000), undefined);
});

test('the latency told is from the taking of a packet to its playing, where that is known', () => {
  const buffer = new PlayoutBuffer();
  const taken = 1_800_000_000_000;
  for (let tick = 0; tick < 200; tick++) {
    buffer.push({ ...ramp(tick), ...(tick < 100 ? {} : { takenAt: taken + tick * 20 - 30 }) }, tick * 20);
    buffer.pull(PACKET, tick * 20 + 7);
    assert.equal(buffer.latency === undefined, tick < 101, `tick ${tick}`);
  }
  assert.ok(Math.abs((buffer.latency ?? 0) + taken - 57) < 0.01, `${(buffer.latency ?? 0) + taken}`);
  buffer.reset();
  assert.equal(buffer.latency, undefined);
});

test('a lost packet is covered and the flow goes on in step', () => {
  const buffer = new PlayoutBuffer();
  const out: number[] = [];
  for (let tick = 0; tick < 50; tick++) {
    if (tick !== 20) {
      buffer.push(ramp(tick), tick * 20);
    }
    out.push(...buffer.pull(PACKET, tick * 20 + 1));
  }
  assert.equal(buffer.concealed, 1);
  const begin = out.findIndex((sample) => sample !== 0);
  assert.ok(Math.abs((out[begin + 30 * PACKET] ?? 0) - (30 * PACKET + 1) / 1e6) < 1e-6);
  assert.notEqual(out[begin + 20 * PACKET + 10], 0);
});

test('packets out of order are played in order, duplicates once', () => {
  const buffer = new PlayoutBuffer();
  for (const number of [0, 2, 1, 1, 3, 0]) {
    buffer.push(ramp(number), number);
  }
  const out = [...buffer.pull(4 * PACKET, 60)];
  assert.ok(Math.abs((out.at(-1) ?? 0) - (4 * PACKET) / 1e6) < 1e-6);
});

test('the delay follows the jitter up and is worked off again in pauses', () => {
  const buffer = new PlayoutBuffer();
  let number = 0;
  const silent = (sequence: number) => ({ ...ramp(sequence), decode: () => new Float32Array(PACKET) });
  for (let tick = 0; tick < 200; tick++) {
    // Every tenth group of packets arrives 120 ms late and at once.
    if (tick % 10 >= 6) {
      buffer.pull(PACKET, tick * 20);
      continue;
    }
    while (number <= tick) {
      buffer.push(silent(number++), tick * 20);
    }
    buffer.pull(PACKET, tick * 20);
  }
  assert.ok(buffer.target >= 80, `target ${buffer.target}`);
  for (let tick = 200; tick < 600; tick++) {
    while (number <= tick) {
      buffer.push(silent(number++), tick * 20);
    }
    buffer.pull(PACKET, tick * 20);
  }
  assert.equal(buffer.target, 40);
  assert.ok(buffer.level <= 100, `level ${buffer.level}`);
});

test('a machine that stood still for a moment leaves no lasting delay: it is worked off in pauses, packet by packet', () => {
  for (const late of [60, 100, 140]) {
    const buffer = new PlayoutBuffer();
    const silent = (sequence: number) => ({ ...ramp(sequence), decode: () => new Float32Array(PACKET) });
    let number = 0;
    const levels: number[] = [];
    for (let tick = 0; tick < 1500; tick++) {
      // For a while nothing arrives; then all at once.
      const stands = tick >= 100 && tick < 100 + late / 20;
      while (!stands && number <= tick) {
        buffer.push(silent(number++), tick * 20 + 5);
      }
      buffer.pull(PACKET, tick * 20 + 10);
      levels.push(buffer.level);
    }
    assert.ok(Math.max(...levels.slice(100, 300)) >= 40, 'it was held for longer at first');
    const after = Math.max(...levels.slice(-100));
    assert.ok(after <= 40, `${after} ms are left after a stand of ${late} ms`);
    const { concealed } = buffer;
    assert.ok(concealed <= 3, `${concealed} packets were covered: leaving out must not make gaps`);
  }
});

test('an uneven flow keeps the delay that it needs', () => {
  const buffer = new PlayoutBuffer();
  const arrivals = Array.from({ length: 3000 }, (_, number) => number * 20 + (number % 20 === 7 ? 55 : 5));
  let next = 0;
  let before = 0;
  for (let tick = 0; tick < 2900; tick++) {
    for (; (arrivals[next] ?? Number.POSITIVE_INFINITY) <= tick * 20 + 10; next++) {
      buffer.push({ ...ramp(next), decode: () => new Float32Array(PACKET) }, arrivals[next] ?? 0);
    }
    buffer.pull(PACKET, tick * 20 + 10);
    before = tick === 300 ? buffer.concealed : before;
  }
  assert.equal(buffer.concealed, before, 'nothing is late once the delay has settled');
});

test('a sender whose clock runs 2 percent fast does not pile up', () => {
  const buffer = new PlayoutBuffer();
  let number = 0;
  for (let tick = 0; tick < 3000; tick++) {
    while (number < (tick + 1) * 1.02) {
      const packet = ramp(number);
      buffer.push({ ...packet, mediaTime: number * 20 }, tick * 20);
      number++;
    }
    buffer.pull(PACKET, tick * 20 + 1);
  }
  assert.ok(buffer.level < 400, `level ${buffer.level}`);
});

test('any schedule of packets yields the samples asked for and holds a bounded amount', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 40 })), { maxLength: 300 }),
      (arrivals) => {
        const buffer = new PlayoutBuffer();
        let now = 0;
        for (const [number, wait] of arrivals) {
          now += wait;
          buffer.push(ramp(number), now);
          const out = buffer.pull(PACKET, now);
          assert.equal(out.length, PACKET);
          assert.ok(out.every((sample) => Number.isFinite(sample)));
          assert.ok(buffer.level <= 151 * 20 + 20);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('what only keeps its place, and a clock set anew, do not count as lateness', () => {
  const buffer = new PlayoutBuffer();
  for (let tick = 0; tick < 20; tick++) {
    buffer.push(ramp(tick), 7_000_000 + tick * 20);
  }
  const before = buffer.target;
  buffer.push({ ...ramp(20), mediaTime: undefined }, 7_000_400);
  assert.equal(buffer.target, before);
  for (let tick = 21; tick < 40; tick++) {
    buffer.push({ ...ramp(tick), mediaTime: 99_000 + tick * 20 }, 7_000_000 + tick * 20);
  }
  assert.equal(buffer.target, before);
});

test('sound that its pictures need to wait longer is lengthened bit by bit, and not heard to be; then it catches up again', () => {
  for (const frequency of [0, 440]) {
    const buffer = new PlayoutBuffer();
    const packet = (number: number) => ({
      ...ramp(number),
      decode: () =>
        Float32Array.from({ length: PACKET }, (_, index) =>
          frequency === 0 ? 0 : 0.5 * Math.sin((2 * Math.PI * frequency * (number * PACKET + index)) / 48_000),
        ),
    });
    const out: Float32Array[] = [];
    const delays: number[] = [];
    for (let tick = 0; tick < 1500; tick++) {
      buffer.push(packet(tick), tick * 20);
      if (tick >= 200 && tick < 800) {
        buffer.waitForPictures(100, tick * 20);
      }
      out.push(buffer.pull(PACKET, tick * 20 + 7));
      delays.push(buffer.delay(tick * 20 + 7) ?? 0);
    }
    const [before = 0, soon = 0, later = 0] = [delays[199], delays[205], delays[500]];
    assert.ok(before < 40 && soon < before + 15, `${before}, soon ${soon} ms`);
    assert.ok(later >= 88 && later <= 115, `${later} ms`);
    assert.ok(Math.abs((delays[799] ?? 0) - later) < 1, 'it stays there');
    assert.equal(buffer.concealed, 0);
    if (frequency === 0) {
      assert.ok((delays.at(-1) ?? 999) <= 60, `${delays.at(-1)} ms at the end`);
    } else {
      // Not one step in the tone: neighbours differ by no more than a sine of its size does.
      const samples = out.slice(10).flatMap((part) => [...part]);
      const step = samples.reduce(
        (most, sample, index) => Math.max(most, Math.abs(sample - (samples[index - 1] ?? sample))),
        0,
      );
      assert.ok(step < 0.5 * 1.3 * 2 * Math.PI * (frequency / 48_000), `a step of ${step}`);
    }
  }
});

test('what is lengthened takes nothing from before a gap, nor from the source before', () => {
  const tone = Float32Array.from(
    { length: PACKET },
    (_, index) => 0.5 * Math.sin((2 * Math.PI * 440 * index) / 48_000),
  );
  for (const between of ['reset', 'gap'] as const) {
    const buffer = new PlayoutBuffer();
    const play = (samples: Float32Array, number: number, tick: number) => {
      buffer.push({ extendedSequenceNumber: number, mediaTime: number * 20, decode: () => samples.slice() }, tick * 20);
      buffer.waitForPictures(300, tick * 20);
      return buffer.pull(PACKET, tick * 20 + 7);
    };
    for (let tick = 0; tick < 100; tick++) {
      play(tone, tick, tick);
    }
    let begin = 100;
    if (between === 'reset') {
      buffer.reset();
    } else {
      // Until nothing is left to play, and what covers it has faded.
      for (; begin < 200; begin++) {
        buffer.pull(PACKET, begin * 20 + 7);
      }
    }
    buffer.pull(10 * PACKET, begin * 20 + 7);
    for (let tick = begin; tick < begin + 200; tick++) {
      const loudest = play(new Float32Array(PACKET), tick, tick).reduce(
        (most, sample) => Math.max(most, Math.abs(sample)),
        0,
      );
      assert.equal(loudest, 0, `${between}, ${tick - begin}`);
    }
  }
});
