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

test('a tone goes on as the same tone, longer by some of its periods', () => {
  for (const frequency of [110, 220, 440, 997, 1600, 3400]) {
    const longer = lengthen(tone(frequency, 960, 13));
    assert.ok(longer, `${frequency} Hz`);
    const added = longer.length - 960;
    assert.ok(added >= 120 && added <= 480, `${added}`);
    assert.ok(
      Math.abs((added * frequency) / 48_000 - Math.round((added * frequency) / 48_000)) < 0.06,
      `${added} samples`,
    );
    assert.ok(strayFrom(frequency, longer) < 0.02, `${frequency} Hz: ${strayFrom(frequency, longer)}`);
    assert.deepEqual([longer[0], longer.at(-1)], [tone(frequency, 960, 13)[0], tone(frequency, 960, 13)[959]]);
  }
});

test('silence is lengthened by half', () => {
  assert.equal(lengthen(new Float32Array(960))?.length, 1440);
});

test('noise, and a sound that has only begun, are left alone', () => {
  let seed = 1;
  const noise = Float32Array.from({ length: 960 }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647 - 0.5;
  });
  assert.equal(lengthen(noise), undefined);
  assert.equal(lengthen(Float32Array.from({ length: 960 }, (_, index) => (index === 700 ? 1 : 0))), undefined);
  assert.equal(lengthen(tone(440, 200)), undefined, 'too short');
  assert.equal(lengthen(new Float32Array(0)), undefined);
});
