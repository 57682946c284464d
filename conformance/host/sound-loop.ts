import { AudioEncoder, type EncodableAudio, TICK_SAMPLES } from '#codecs/ffmpeg/audio-encoder.ts';

/** A tone, encoded once and played over and over, in payloads of 20 ms. */
export interface SoundLoop {
  readonly codec: EncodableAudio;
  /** At least one. */
  readonly payloads: readonly Buffer[];
}

const AMPLITUDE = 0.3;
const SAMPLE_RATE = 48_000;
/** A second, which holds whole periods of every whole frequency: no click where the loop joins. */
const TICKS = 50;

/** Encodes a tone; `frequency` in whole Hz. Rejects with CodecFault. */
export async function encodeToneLoop(codec: EncodableAudio, frequency: number): Promise<SoundLoop> {
  const encoder = await AudioEncoder.open(codec);
  try {
    const payloads: Buffer[] = [];
    // The first second settles encoder and resampler; the second one is kept.
    for (let tick = 0; tick < 2 * TICKS; tick++) {
      const samples = Float32Array.from(
        { length: TICK_SAMPLES },
        (_, index) => AMPLITUDE * Math.sin((2 * Math.PI * frequency * (tick * TICK_SAMPLES + index)) / SAMPLE_RATE),
      );
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
