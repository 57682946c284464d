import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioDecoder } from '#codecs/ffmpeg/audio-decoder.ts';
import type { SoundCodec } from '#codecs/ffmpeg/sound-codecs.ts';
import { encodeBeepLoop } from '../host/sound-loop.ts';
import { BeepDetector } from './beep-detector.ts';

const RATE = 48_000;

function beeps(frequency: number, begins: readonly number[], length = 2880): Float32Array {
  return Float32Array.from({ length: 3 * RATE }, (_, index) =>
    begins.some((begin) => index >= begin && index < begin + length)
      ? 0.3 * Math.sin((2 * Math.PI * frequency * index) / RATE)
      : 0,
  );
}

function sum(...sounds: Float32Array[]): Float32Array {
  return (sounds[0] ?? new Float32Array(0)).map((_, index) =>
    sounds.reduce((total, sound) => total + (sound[index] ?? 0), 0),
  );
}

function detect(frequency: number, samples: Float32Array, piece: number): number[] {
  const detector = new BeepDetector(frequency);
  const found: number[] = [];
  for (let at = 0; at < samples.length; at += piece) {
    found.push(...detector.push(samples.subarray(at, at + piece)));
  }
  return found;
}

test('beeps are found to the millisecond, however the samples are cut', () => {
  const begins = [10_000, 58_321, 106_777];
  for (const piece of [960, 441, 7777]) {
    const found = detect(900, beeps(900, begins), piece);
    assert.equal(found.length, 3);
    for (const [index, begin] of begins.entries()) {
      assert.ok(Math.abs((found[index] ?? 0) - begin) < 60, `${found[index]} for ${begin}`);
    }
  }
});

test('other tones at the same time neither hide a beep nor make one', () => {
  const others = sum(beeps(1400, [9_000, 57_000]), beeps(400, [12_000, 100_000]), beeps(1900, [50_000]));
  assert.deepEqual(detect(900, others, 960), []);
  const [found, ...more] = detect(900, sum(others, beeps(900, [10_500])), 960);
  assert.deepEqual(more, []);
  assert.ok(Math.abs((found ?? 0) - 10_500) < 100, `${found}`);
});

test('silence, a tone that never pauses and a whisper are no beeps', () => {
  assert.deepEqual(detect(900, new Float32Array(RATE), 960), []);
  assert.deepEqual(detect(900, beeps(900, [0], 3 * RATE), 960), []);
  assert.deepEqual(
    detect(
      900,
      beeps(900, [5000]).map((sample) => sample / 10),
      960,
    ),
    [],
  );
});

/** Samples by which each codec delays: Opus looks ahead 6.5 ms, the others hold back what their resamplers need. */
const CODECS: readonly (readonly [SoundCodec, number])[] = [
  ['opus', 312],
  ['G722', 1100],
  ['PCMA', 1100],
];
for (const [codec, mostLate] of CODECS) {
  test(`a beep loop of ${codec} begins with its second, but for the codec's own delay`, async () => {
    const { payloads } = await encodeBeepLoop(codec, 900);
    const decoder = await AudioDecoder.open(codec);
    const detector = new BeepDetector(900);
    const found: number[] = [];
    for (const payload of [...payloads, ...payloads, ...payloads]) {
      found.push(...detector.push(decoder.decode(payload)));
    }
    decoder.close();
    assert.ok(found.length >= 2, `${found}`);
    for (const begin of found) {
      const late = begin % RATE > RATE / 2 ? (begin % RATE) - RATE : begin % RATE;
      assert.ok(late > -120 && late < mostLate + 120, `late by ${late} samples`);
    }
  });
}
