import { AudioDecoder, type DecodableAudio } from '#codecs/ffmpeg/audio-decoder.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { sequenceNumberDelta } from '#codecs/rtp/sequence-number.ts';
import type { Sound } from '../media/tone.ts';

const SAMPLE_RATE = 48_000;
/** Samples that are kept: two seconds. */
const KEPT = 2 * SAMPLE_RATE;

/** Decodes the sound that a host is sent and keeps the last two seconds. Packets that come late or twice are left out. */
export class SoundReceiver {
  readonly #decoder: AudioDecoder;
  readonly #kept = new Float32Array(KEPT);
  #count = 0;
  #newest: number | undefined;

  private constructor(decoder: AudioDecoder) {
    this.#decoder = decoder;
  }

  /** Rejects with CodecFault when there is no decoder. */
  static async open(codec: DecodableAudio): Promise<SoundReceiver> {
    return new SoundReceiver(await AudioDecoder.open(codec));
  }

  push({ sequenceNumber, payload }: RtpPacket): void {
    if (this.#newest !== undefined && sequenceNumberDelta(this.#newest, sequenceNumber) <= 0) {
      return;
    }
    this.#newest = sequenceNumber;
    const samples = this.#decoder.decode(Buffer.from(payload.buffer, payload.byteOffset, payload.length));
    for (const sample of samples) {
      this.#kept[this.#count % KEPT] = sample;
      this.#count += 1;
    }
  }

  /** What was heard last, two seconds at the most. */
  get heard(): Sound {
    const begin = this.#count % KEPT;
    const samples =
      this.#count <= KEPT
        ? this.#kept.slice(0, this.#count)
        : Float32Array.from({ length: KEPT }, (_, index) => this.#kept[(begin + index) % KEPT] ?? 0);
    return { samples, sampleRate: SAMPLE_RATE };
  }

  close(): void {
    this.#decoder.close();
  }
}
