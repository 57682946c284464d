import { AudioDecoder } from '#codecs/ffmpeg/audio-decoder.ts';
import type { SoundCodec } from '#codecs/ffmpeg/sound-codecs.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { sequenceNumberDelta } from '#codecs/rtp/sequence-number.ts';
import { SourceTracker } from '#codecs/rtp/source-validation.ts';
import type { Sound } from '../media/tone.ts';

/** The sound of a packet that a host was sent. */
export interface HeardSound {
  /** When the packet came, ms of `performance.now()`: its first sample could be played then. */
  readonly at: number;
  /** Source and RTP timestamp of the first sample. */
  readonly ssrc: number;
  readonly timestamp: number;
  readonly codec: SoundCodec;
  /** At 48 kHz. */
  readonly samples: Float32Array;
}

const SAMPLE_RATE = 48_000;
/** Samples that are kept: two seconds. */
const KEPT = 2 * SAMPLE_RATE;

/** Decodes the sound that a host is sent and keeps the last two seconds. Packets that come late or twice are left out. */
export class SoundReceiver {
  readonly #decoders: ReadonlyMap<SoundCodec, AudioDecoder>;
  readonly #onSound: (sound: HeardSound) => void;
  readonly #kept = new Float32Array(KEPT);
  #tracker = new SourceTracker();
  #count = 0;
  #newest: number | undefined;

  private constructor(decoders: ReadonlyMap<SoundCodec, AudioDecoder>, onSound: (sound: HeardSound) => void) {
    this.#decoders = decoders;
    this.#onSound = onSound;
  }

  /** Rejects with CodecFault when there is no decoder. */
  static async open(
    codecs: readonly SoundCodec[],
    onSound: (sound: HeardSound) => void = () => undefined,
  ): Promise<SoundReceiver> {
    const decoders = await Promise.all(codecs.map(async (codec) => [codec, await AudioDecoder.open(codec)] as const));
    return new SoundReceiver(new Map(decoders), onSound);
  }

  push(packet: RtpPacket, codec: SoundCodec, now: number): void {
    const { verdict, packets } = this.#tracker.decide(packet, now);
    if (verdict === 'switched') {
      this.#newest = undefined;
    }
    for (const accepted of packets) {
      this.#play(accepted, codec, now);
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
    for (const decoder of this.#decoders.values()) {
      decoder.close();
    }
  }

  #play({ sequenceNumber, payload, ssrc, timestamp }: RtpPacket, codec: SoundCodec, at: number): void {
    if (this.#newest !== undefined && sequenceNumberDelta(this.#newest, sequenceNumber) <= 0) {
      return;
    }
    this.#newest = sequenceNumber;
    const octets = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const samples = this.#decoders.get(codec)?.decode(octets) ?? new Float32Array(0);
    for (const sample of samples) {
      this.#kept[this.#count % KEPT] = sample;
      this.#count += 1;
    }
    this.#onSound({ at, ssrc, timestamp, codec, samples });
  }
}
