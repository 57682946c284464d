import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioDecoder } from '#codecs/ffmpeg/audio-decoder.ts';
import { SoundMixer, type SoundParty } from './sound-mixer.ts';

/** Amplitude of a tone in samples at 48 kHz. */
function amplitude(samples: readonly number[], frequency: number): number {
  let real = 0;
  let imaginary = 0;
  samples.forEach((sample, index) => {
    real += sample * Math.cos((2 * Math.PI * frequency * index) / 48_000);
    imaginary += sample * Math.sin((2 * Math.PI * frequency * index) / 48_000);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

test('each hears the tones of the others and not his own; equal mixes are encoded once', async () => {
  const faults: unknown[] = [];
  const mixer = new SoundMixer((error) => faults.push(error));
  const payloads = new Map<string, Buffer[]>();
  const party = (leg: string, lesson: string, frequency: number | undefined): SoundParty => {
    let phase = 0;
    payloads.set(leg, []);
    return {
      leg,
      lesson,
      pull:
        frequency === undefined
          ? undefined
          : (count) =>
              Float32Array.from({ length: count }, () => 0.2 * Math.sin((2 * Math.PI * frequency * phase++) / 48_000)),
      listen: {
        codec: 'G722',
        deliver: (payload) => {
          if (payload !== undefined) {
            payloads.get(leg)?.push(payload);
          }
        },
      },
    };
  };
  const parties = [
    party('a', 'lesson', 500),
    party('b', 'lesson', 900),
    party('listener1', 'lesson', undefined),
    party('listener2', 'lesson', undefined),
    party('stranger', 'other', 1700),
  ];
  for (let tick = 0; tick < 80; tick++) {
    mixer.tick(parties, tick * 20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const hears = async (leg: string): Promise<number[]> => {
    const decoder = await AudioDecoder.open('G722');
    const samples = (payloads.get(leg) ?? []).flatMap((payload) => [...decoder.decode(payload)]);
    decoder.close();
    assert.ok(samples.length > 48_000);
    return [500, 900, 1700].map((frequency) => Math.round(amplitude(samples.slice(-24_000), frequency) * 10) / 10);
  };
  assert.deepEqual(await hears('a'), [0, 0.2, 0]);
  assert.deepEqual(await hears('b'), [0.2, 0, 0]);
  assert.deepEqual(await hears('listener1'), [0.2, 0.2, 0]);
  assert.deepEqual(await hears('stranger'), [0, 0, 0]);
  assert.equal(payloads.get('listener1')?.at(-1), payloads.get('listener2')?.at(-1), 'the very same bytes');
  assert.deepEqual(faults, []);
  mixer.close();
});
