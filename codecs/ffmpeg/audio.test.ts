import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioDecoder } from './audio-decoder.ts';
import { AudioEncoder, TICK_SAMPLES } from './audio-encoder.ts';

/** Power of a tone in a signal at 48 kHz relative to the whole (Goertzel), 0 to 1. */
function share(samples: Float32Array, frequency: number): number {
  let real = 0;
  let imaginary = 0;
  let power = 0;
  samples.forEach((sample, index) => {
    const phase = (2 * Math.PI * frequency * index) / 48_000;
    real += sample * Math.cos(phase);
    imaginary += sample * Math.sin(phase);
    power += sample * sample;
  });
  return (2 * (real * real + imaginary * imaginary)) / samples.length / power;
}

for (const codec of ['opus', 'G722', 'PCMA', 'PCMU'] as const) {
  test(`${codec}: a tone goes through, one payload a tick`, async () => {
    const encoder = await AudioEncoder.open(codec);
    const decoder = await AudioDecoder.open(codec);
    const decoded: number[] = [];
    for (let tick = 0; tick < 60; tick++) {
      const samples = Float32Array.from(
        { length: TICK_SAMPLES },
        (_, index) => 0.4 * Math.sin((2 * Math.PI * 1000 * (tick * TICK_SAMPLES + index)) / 48_000),
      );
      const payload = encoder.encode(samples);
      assert.ok(payload, `tick ${tick}`);
      if (codec === 'PCMA' || codec === 'PCMU' || codec === 'G722') {
        assert.equal(payload.length, 160);
      }
      decoded.push(...decoder.decode(payload));
    }
    assert.ok(Math.abs(decoded.length - 60 * TICK_SAMPLES) < TICK_SAMPLES);
    const tail = Float32Array.from(decoded.slice(-24_000));
    assert.ok(share(tail, 1000) > 0.9, `share ${share(tail, 1000)}`);
    const amplitude = Math.max(...tail);
    assert.ok(amplitude > 0.3 && amplitude < 0.55, `amplitude ${amplitude}`);
    encoder.close();
    decoder.close();
    assert.equal(encoder.encode(new Float32Array(TICK_SAMPLES)), undefined);
  });
}

test('a broken payload costs its own packet only', async () => {
  const decoder = await AudioDecoder.open('opus');
  assert.equal(decoder.decode(Buffer.alloc(0)).length, 0);
  decoder.decode(Buffer.from([0xff, 0xff, 0xff]));
  const encoder = await AudioEncoder.open('opus');
  const payload = encoder.encode(new Float32Array(TICK_SAMPLES));
  assert.ok(payload);
  assert.equal(decoder.decode(payload).length, TICK_SAMPLES);
  encoder.close();
  decoder.close();
});
