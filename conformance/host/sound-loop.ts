import { AudioEncoder, TICK_SAMPLES } from '#codecs/ffmpeg/audio-encoder.ts';
import type { SoundCodec } from '#codecs/ffmpeg/sound-codecs.ts';

/** A second of sound, encoded once and played over and over, in payloads of 20 ms. */
export interface SoundLoop {
  readonly codec: SoundCodec;
  /** At least one. */
  readonly payloads: readonly Buffer[];
}

const AMPLITUDE = 0.3;
const SAMPLE_RATE = 48_000;
/** A second, which holds whole periods of every whole frequency: no click where the loop joins. */
const TICKS = 50;
/** How long a beep is, ms. */
const BEEP = 60;

/** Encodes a tone without pauses; `frequency` in whole Hz. Rejects with CodecFault. */
export function encodeToneLoop(codec: SoundCodec, frequency: number): Promise<SoundLoop> {
  return encodeSecond(codec, (index) => sine(frequency, index));
}

/**
 * Encodes a beep of 60 ms at the beginning of every second, silence after it; `frequency` in whole Hz. Played with a picture
 * loop of 25 frames a second it begins with each frame that flashes. Rejects with CodecFault.
 */
export function encodeBeepLoop(codec: SoundCodec, frequency: number): Promise<SoundLoop> {
  const length = (BEEP * SAMPLE_RATE) / 1000;
  return encodeSecond(codec, (index) => (index % SAMPLE_RATE < length ? sine(frequency, index) : 0));
}

function sine(frequency: number, index: number): number {
  return AMPLITUDE * Math.sin((2 * Math.PI * frequency * index) / SAMPLE_RATE);
}

async function encodeSecond(codec: SoundCodec, sampleAt: (index: number) => number): Promise<SoundLoop> {
  const encoder = await AudioEncoder.open(codec);
  try {
    const payloads: Buffer[] = [];
    // The first second settles encoder and resampler; the second one is kept.
    for (let tick = 0; tick < 2 * TICKS; tick++) {
      const samples = Float32Array.from({ length: TICK_SAMPLES }, (_, index) => sampleAt(tick * TICK_SAMPLES + index));
      const payload = encoder.encode(samples);
      if (payload === undefined) {
        throw new Error(`the ${codec} encoder gave nothing for tick ${tick}`);
      }
      if (tick >= TICKS) {
        payloads.push(payload);
      }
    }
    return { codec, payloads };
  } finally {
    encoder.close();
  }
}
