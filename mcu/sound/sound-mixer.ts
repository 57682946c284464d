import { TICK_SAMPLES } from '#codecs/ffmpeg/audio-encoder.ts';
import type { SoundCodec } from '#codecs/ffmpeg/sound-codecs.ts';
import { EncoderPool } from './encoder-pool.ts';
import { level, mixWithout, SpeakerSelection } from './mix.ts';

/** ms of sound in a tick. */
export const TICK_MS = 20;

/** A leg as the mixer sees it. */
export interface SoundParty {
  readonly leg: string;
  readonly lesson: string;
  /** The party's next samples (48 kHz mono); undefined where it sends no sound. */
  readonly pull: ((count: number, now: number) => Float32Array) | undefined;
  /** What the party hears; undefined where it is sent no sound. */
  readonly listen:
    | { readonly codec: SoundCodec; readonly deliver: (payload: Buffer | undefined, now: number) => void }
    | undefined;
}

/** The sound half of the engine: every 20 ms everybody gets the sum of the others. */
export class SoundMixer {
  readonly #encoders: EncoderPool;
  readonly #selections = new Map<string, SpeakerSelection>();
  #tick = 0;

  constructor(onFault: (error: unknown) => void) {
    this.#encoders = new EncoderPool(onFault);
  }

  /** Mixes the 20 ms that belong to `now` (ms). */
  tick(parties: readonly SoundParty[], now: number): void {
    this.#tick += 1;
    const lessons = Map.groupBy(parties, ({ lesson }) => lesson);
    for (const [lesson, present] of lessons) {
      this.#mixLesson(lesson, present, now);
    }
    if (this.#tick % 50 === 0) {
      this.#encoders.sweep(now);
      for (const lesson of this.#selections.keys()) {
        if (!lessons.has(lesson)) {
          this.#selections.delete(lesson);
        }
      }
    }
  }

  close(): void {
    this.#encoders.close();
  }

  #mixLesson(lesson: string, parties: readonly SoundParty[], now: number): void {
    const heard = new Map<string, Float32Array>();
    const levels = new Map<string, number>();
    for (const { leg, pull } of parties) {
      const samples = pull?.(TICK_SAMPLES, now);
      if (samples !== undefined) {
        heard.set(leg, samples);
        levels.set(leg, level(samples));
      }
    }
    const selection = this.#selections.get(lesson) ?? new SpeakerSelection();
    this.#selections.set(lesson, selection);
    const selected = selection.select(levels, now);
    const speakers = new Map([...heard].filter(([leg]) => selected.has(leg)));
    const mixes = new Map<string, Float32Array>();
    for (const { leg, listen } of parties) {
      if (listen === undefined) {
        continue;
      }
      const without = speakers.has(leg) ? leg : undefined;
      const key = `${lesson} ${without ?? ''}`;
      const mix = mixes.get(key) ?? mixWithout(speakers, without, TICK_SAMPLES);
      mixes.set(key, mix);
      listen.deliver(this.#encoders.encode(key, listen.codec, mix, this.#tick, now), now);
    }
  }
}
