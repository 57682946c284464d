import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lengthen } from './lengthen.ts';

const tone = (frequency: number, count: number, phase = 0) =>
  Float32Array.from(
    { length: count },
    (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * (index + phase)) / 48_000),
  );

/** How far a sound is from the nearest tone of this frequency, as a share of its own size. */
function strayFrom(frequency: number, samples: Float32Array): number {
  let [sine, cosine, power] = [0, 0, 0];
  for (const [index, sample] of samples.entries()) {
    const angle = (2 * Math.PI * frequency * index) / 48_000;
    sine += sample * Math.sin(angle);
    cosine += sample * Math.cos(angle);
    power += sample * sample;
  }
  return 1 - (2 * (sine * sine + cosine * cosine)) / (samples.length * power);
}

/** The same each time, and like nothing. */
function noise(count: number, size = 1): Float32Array {
  let seed = 1;
  return Float32Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return size * (seed / 2_147_483_647 - 0.5);
  });
}

const sum = (...parts: Float32Array[]) =>
  Float32Array.from(parts[0] ?? [], (_, index) => parts.reduce((all, part) => all + (part[index] ?? 0), 0));

test('a tone goes on as the same tone, longer by some of its periods', () => {
  for (const frequency of [85, 110, 220, 440, 997, 1600, 3400]) {
    const sound = tone(frequency, 1920, 13);
    const longer = lengthen(sound.subarray(960), sound.subarray(0, 960), 0.85);
    assert.ok(longer, `${frequency} Hz`);
    const added = longer.length - 960;
    assert.ok(added >= 120 && added <= 960, `${added}`);
    const periods = (added * frequency) / 48_000;
    assert.ok(Math.abs(periods - Math.round(periods)) < 0.06, `${added} samples`);
    const whole = Float32Array.from([...sound.subarray(0, 960), ...longer]);
    assert.ok(strayFrom(frequency, whole) < 0.02, `${frequency} Hz: ${strayFrom(frequency, whole)}`);
    assert.deepEqual([longer[0], longer.at(-1)], [sound[960], sound[1919]]);
  }
});

test('a chord and a voice with noise around it are lengthened too', () => {
  const chord = sum(tone(261.6, 1920), tone(329.6, 1920), tone(392, 1920));
  assert.ok(lengthen(chord.subarray(960), chord.subarray(0, 960), 0.85));
  const harmonics = Array.from({ length: 12 }, (_, index) =>
    tone(115 * (index + 1), 1920, 31 * index).map((sample) => sample / (index + 1)),
  );
  const voice = sum(noise(1920, 0.01), ...harmonics);
  assert.ok(lengthen(voice.subarray(960), voice.subarray(0, 960), 0.85));
});

test('silence is lengthened by all that is known, where anything will do', () => {
  assert.equal(lengthen(new Float32Array(960), new Float32Array(960), -1)?.length, 1920);
});

test('noise, and a sound that has only begun, are left alone until they need not be alike', () => {
  const sound = noise(1920);
  assert.equal(lengthen(sound.subarray(960), sound.subarray(0, 960), 0.85), undefined);
  assert.ok(lengthen(sound.subarray(960), sound.subarray(0, 960), 0.05));
  const click = new Float32Array(960);
  click[100] = 1;
  assert.equal(lengthen(click, new Float32Array(960), 0.85), undefined);
  assert.equal(lengthen(tone(440, 200), tone(440, 960), 0.85), undefined, 'too short');
  assert.equal(lengthen(tone(440, 960), tone(440, 300), 0.85), undefined, 'too little before');
  assert.equal(lengthen(new Float32Array(0), new Float32Array(0), -1), undefined);
});
