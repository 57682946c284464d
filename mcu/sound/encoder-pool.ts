import { AudioEncoder } from '#codecs/ffmpeg/audio-encoder.ts';
import type { SoundCodec } from '#codecs/ffmpeg/sound-codecs.ts';

/** An encoder without a listener for this long (ms) is closed. */
const IDLE_AFTER = 5000;

interface Entry {
  encoder: AudioEncoder | undefined;
  usedAt: number;
  /** The payload of the tick that was last encoded. */
  tick: number;
  payload: Buffer | undefined;
}

/** One encoder for each distinct mix and codec: all who hear the same share one encode. */
export class EncoderPool {
  readonly #entries = new Map<string, Entry>();
  readonly #onFault: (error: unknown) => void;

  /** `onFault` hears of encoders that FFmpeg does not open. */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /**
   * The payload of `samples` for tick number `tick`: encoded at the first call of a tick, shared by the later ones.
   * Undefined while the encoder opens. `now` in ms.
   */
  encode(mix: string, codec: SoundCodec, samples: Float32Array, tick: number, now: number): Buffer | undefined {
    const key = `${mix} ${codec}`;
    const entry = this.#entries.get(key) ?? this.#open(key, codec, now);
    entry.usedAt = now;
    if (entry.tick !== tick) {
      entry.tick = tick;
      entry.payload = entry.encoder?.encode(samples);
    }
    return entry.payload;
  }

  /** Closes encoders that nobody listens to any more. */
  sweep(now: number): void {
    for (const [key, entry] of this.#entries) {
      if (now - entry.usedAt > IDLE_AFTER) {
        entry.encoder?.close();
        this.#entries.delete(key);
      }
    }
  }

  close(): void {
    for (const entry of this.#entries.values()) {
      entry.encoder?.close();
    }
    this.#entries.clear();
  }

  #open(key: string, codec: SoundCodec, now: number): Entry {
    const entry: Entry = { encoder: undefined, usedAt: now, tick: -1, payload: undefined };
    this.#entries.set(key, entry);
    AudioEncoder.open(codec).then((encoder) => {
      if (this.#entries.get(key) === entry) {
        entry.encoder = encoder;
      } else {
        encoder.close();
      }
    }, this.#onFault);
    return entry;
  }
}
