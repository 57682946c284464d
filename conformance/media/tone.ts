import { readFile, writeFile } from 'node:fs/promises';

/** Sound as samples between -1 and 1. */
export interface Sound {
  readonly samples: Float32Array;
  /** Hz. */
  readonly sampleRate: number;
}

/** How long a tone sounds and pauses, in s: browsers take a tone that never pauses for noise and remove it. */
const BEEP = 0.25;

/** Writes a beeping tone as WAV: 16 bit, mono. */
export async function writeTone(path: string, frequency: number, seconds: number, rate = 48_000): Promise<void> {
  const count = rate * seconds;
  const data = Buffer.alloc(44 + count * 2);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + count * 2, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(rate, 24);
  data.writeUInt32LE(rate * 2, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(count * 2, 40);
  for (let index = 0; index < count; index++) {
    const sounds = Math.floor(index / rate / BEEP) % 2 === 0;
    const sample = sounds ? 9000 * Math.sin((2 * Math.PI * frequency * index) / rate) : 0;
    data.writeInt16LE(Math.round(sample), 44 + index * 2);
  }
  await writeFile(path, data);
}

/** Reads a 16-bit WAV, its first channel; tolerates a header whose lengths were never filled in. Throws on anything else. */
export async function readWav(path: string): Promise<Sound> {
  const data = await readFile(path);
  if (data.length < 44 || data.toString('latin1', 0, 4) !== 'RIFF' || data.readUInt16LE(34) !== 16) {
    throw new Error(`${path} is not a 16-bit WAV file`);
  }
  const channels = data.readUInt16LE(22);
  const count = Math.floor((data.length - 44) / (2 * channels));
  const samples = Float32Array.from(
    { length: count },
    (_, index) => data.readInt16LE(44 + index * 2 * channels) / 32_768,
  );
  return { samples, sampleRate: data.readUInt32LE(24) };
}

/** Amplitude of a tone in a sound, 0 to 1 (Goertzel's sum over the whole of it). */
export function toneAmplitude({ samples, sampleRate }: Sound, frequency: number): number {
  let real = 0;
  let imaginary = 0;
  for (let index = 0; index < samples.length; index++) {
    const phase = (2 * Math.PI * frequency * index) / sampleRate;
    real += (samples[index] ?? 0) * Math.cos(phase);
    imaginary += (samples[index] ?? 0) * Math.sin(phase);
  }
  return samples.length === 0 ? 0 : (2 * Math.hypot(real, imaginary)) / samples.length;
}

/** The strongest amplitude of a tone over windows of a tenth of a second: shorter than a beep. */
export function strongestTone(sound: Sound, frequency: number): number {
  const window = Math.floor(sound.sampleRate / 10);
  let strongest = 0;
  for (let begin = 0; begin + window <= sound.samples.length; begin += window) {
    const samples = sound.samples.subarray(begin, begin + window);
    strongest = Math.max(strongest, toneAmplitude({ samples, sampleRate: sound.sampleRate }, frequency));
  }
  return strongest;
}

/** The last seconds of a sound. */
export function tail({ samples, sampleRate }: Sound, seconds: number): Sound {
  return { samples: samples.subarray(Math.max(0, samples.length - seconds * sampleRate)), sampleRate };
}
