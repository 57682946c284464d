import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DtmfDetector } from './dtmf-detector.ts';

const TONES: Readonly<Record<string, readonly [number, number]>> = {
  '1': [697, 1209],
  '2': [697, 1336],
  '3': [697, 1477],
  A: [697, 1633],
  '4': [770, 1209],
  '5': [770, 1336],
  '6': [770, 1477],
  B: [770, 1633],
  '7': [852, 1209],
  '8': [852, 1336],
  '9': [852, 1477],
  C: [852, 1633],
  '*': [941, 1209],
  '0': [941, 1336],
  '#': [941, 1477],
  D: [941, 1633],
};

function sound(milliseconds: number, frequencies: readonly number[], amplitude = 0.2): Float32Array {
  return Float32Array.from({ length: milliseconds * 48 }, (_, index) =>
    frequencies.reduce((sum, frequency) => sum + amplitude * Math.sin((2 * Math.PI * frequency * index) / 48_000), 0),
  );
}

/** Feeds in ticks of 20 ms, as the playout buffer gives them. */
function heard(pieces: readonly Float32Array[]): string {
  const detector = new DtmfDetector();
  const all = Float32Array.from(pieces.flatMap((piece) => [...piece]));
  let digits = '';
  for (let at = 0; at < all.length; at += 960) {
    digits += detector.push(all.subarray(at, at + 960)).join('');
  }
  return digits;
}

test('every key is heard once, however long it is pressed', () => {
  const pieces = Object.values(TONES).flatMap((pair, index) => [sound(80 + 37 * index, pair), sound(70, [])]);
  assert.equal(heard(pieces), Object.keys(TONES).join(''));
});

test('the same key twice is two digits', () => {
  assert.equal(heard([sound(100, TONES['5'] ?? []), sound(90, []), sound(100, TONES['5'] ?? [])]), '55');
});

test('a gap of one lost packet inside a press makes no second digit', () => {
  assert.equal(heard([sound(100, TONES['5'] ?? []), sound(20, []), sound(100, TONES['5'] ?? [])]), '5');
});

test('a single tone, a chord, noise, harmonics, a whisper and a click are no digits', () => {
  const noise = Float32Array.from({ length: 48_000 }, (_, index) => ((index * 2654435761) % 1000) / 2500 - 0.2);
  const voice = sound(1000, [150, 300, 450, 600, 750, 900, 1050, 1200, 1350, 1500], 0.06);
  const cases = [
    sound(500, [697]),
    sound(500, [697, 1209, 2000]),
    sound(500, [697, 1209, 1394], 0.2),
    noise,
    voice,
    sound(500, TONES['5'] ?? [], 0.005),
    sound(20, TONES['5'] ?? []),
  ];
  for (const piece of cases) {
    assert.equal(heard([piece, sound(60, [])]), '');
  }
});
