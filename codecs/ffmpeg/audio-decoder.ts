import { AV_CHANNEL_LAYOUT_MONO, type AVSampleFormat } from 'node-av/constants';
import { Codec, CodecContext, Frame, Packet } from 'node-av/lib';
import { orFault } from './fault.ts';
import { MIX_FORMAT, Resampler } from './resampler.ts';
import { SOUND_CODECS, type SoundCodec } from './sound-codecs.ts';

/** Decodes the payloads of one audio stream to mono floats at 48 kHz. Synchronous: a hop to another thread costs more than the work. */
export class AudioDecoder {
  readonly codec: SoundCodec;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  #resampler: { readonly of: string; readonly native: Resampler } | undefined;
  #closed = false;

  private constructor(codec: SoundCodec, context: CodecContext) {
    this.codec = codec;
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** Throws CodecFault when FFmpeg does not open the decoder. */
  static async open(codec: SoundCodec): Promise<AudioDecoder> {
    const { decoder, sampleRate } = SOUND_CODECS[codec];
    const found = Codec.findDecoderByName(decoder);
    if (found === null) {
      throw new Error(`FFmpeg has no decoder for ${codec}`);
    }
    const context = new CodecContext();
    context.allocContext3(found);
    context.sampleRate = sampleRate;
    context.channelLayout = AV_CHANNEL_LAYOUT_MONO;
    orFault(`opening the ${codec} decoder`, await context.open2(found, null));
    return new AudioDecoder(codec, context);
  }

  /** Samples of a payload; empty where the decoder refuses it (a broken packet costs its own 20 ms only). */
  decode(payload: Buffer): Float32Array {
    if (this.#closed || payload.length === 0) {
      return new Float32Array(0);
    }
    this.#packet.data = payload;
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    const pieces: Buffer[] = [];
    if (sent >= 0) {
      while (this.#context.receiveFrameSync(this.#frame) >= 0) {
        pieces.push(this.#toMixFormat());
        this.#frame.unref();
      }
    }
    const bytes = Buffer.concat(pieces);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4).slice();
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#context.freeContext();
      this.#packet.free();
      this.#frame.free();
      this.#resampler?.native.free();
    }
  }

  #toMixFormat(): Buffer {
    const frame = this.#frame;
    const of = `${frame.format}/${frame.sampleRate}/${frame.channels}`;
    if (this.#resampler?.of !== of) {
      this.#resampler?.native.free();
      const native = new Resampler(
        {
          sampleFormat: frame.format as AVSampleFormat,
          sampleRate: frame.sampleRate,
          channelLayout: frame.channelLayout,
        },
        MIX_FORMAT,
      );
      this.#resampler = { of, native };
    }
    return this.#resampler.native.convert(frame.data ?? [], frame.nbSamples);
  }
}
