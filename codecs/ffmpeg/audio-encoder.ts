import { AV_CHANNEL_LAYOUT_MONO, AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Packet, Rational } from 'node-av/lib';
import { orFault } from './fault.ts';
import { MIX_FORMAT, pcm16, Resampler } from './resampler.ts';
import { SOUND_CODECS, type SoundCodec } from './sound-codecs.ts';

/** Samples of the mix in one tick: 20 ms at 48 kHz. */
export const TICK_SAMPLES = 960;

/** Encodes 20 ms ticks of the mix (mono floats at 48 kHz) into one payload each. Synchronous, as AudioDecoder. */
export class AudioEncoder {
  readonly codec: SoundCodec;
  readonly #context: CodecContext;
  readonly #resampler: Resampler;
  readonly #frame = new Frame();
  readonly #packet = new Packet();
  readonly #frameBytes: number;
  #pending: Buffer;
  #pts = 0n;
  #closed = false;

  private constructor(codec: SoundCodec, context: CodecContext) {
    const { sampleRate } = SOUND_CODECS[codec];
    this.codec = codec;
    this.#context = context;
    this.#resampler = new Resampler(MIX_FORMAT, pcm16(sampleRate));
    const samples = sampleRate / 50;
    this.#frameBytes = samples * 2;
    // The resampler's filter holds some samples back: begun with a frame of silence, every tick yields a frame.
    this.#pending = sampleRate === MIX_FORMAT.sampleRate ? Buffer.alloc(0) : Buffer.alloc(this.#frameBytes);
    const frame = this.#frame;
    frame.alloc();
    frame.format = AV_SAMPLE_FMT_S16;
    frame.nbSamples = samples;
    frame.sampleRate = sampleRate;
    frame.channelLayout = AV_CHANNEL_LAYOUT_MONO;
    orFault('Frame.getBuffer', frame.getBuffer(0));
    this.#packet.alloc();
  }

  /** `bitRate` in bit/s matters to Opus only. Throws CodecFault when FFmpeg does not open the encoder. */
  static async open(codec: SoundCodec, bitRate = 32_000): Promise<AudioEncoder> {
    const { encoder, sampleRate } = SOUND_CODECS[codec];
    const found = Codec.findEncoderByName(encoder);
    if (found === null) {
      throw new Error(`FFmpeg has no encoder for ${codec}`);
    }
    const context = new CodecContext();
    context.allocContext3(found);
    context.sampleRate = sampleRate;
    context.sampleFormat = AV_SAMPLE_FMT_S16;
    context.channelLayout = AV_CHANNEL_LAYOUT_MONO;
    context.timeBase = new Rational(1, sampleRate);
    const options: Record<string, string> = {};
    if (codec === 'opus') {
      context.bitRate = BigInt(bitRate);
      Object.assign(options, { application: 'voip', frame_duration: '20', fec: '1', packet_loss: '10' });
    }
    orFault(`opening the ${codec} encoder`, await context.open2(found, Dictionary.fromObject(options)));
    return new AudioEncoder(codec, context);
  }

  /** One payload for the 960 samples of a tick; undefined after `close`. */
  encode(tick: Float32Array): Buffer | undefined {
    if (this.#closed) {
      return undefined;
    }
    const input = Buffer.from(tick.buffer, tick.byteOffset, tick.byteLength);
    this.#pending = Buffer.concat([this.#pending, this.#resampler.convert([input], tick.length)]);
    if (this.#pending.length < this.#frameBytes) {
      return undefined;
    }
    orFault('Frame.makeWritable', this.#frame.makeWritable());
    const [plane] = this.#frame.data ?? [];
    if (plane === undefined) {
      return undefined;
    }
    this.#pending.copy(plane, 0, 0, this.#frameBytes);
    this.#pending = this.#pending.subarray(this.#frameBytes);
    this.#frame.pts = this.#pts;
    this.#pts += BigInt(this.#frame.nbSamples);
    orFault(`encoding ${this.codec}`, this.#context.sendFrameSync(this.#frame));
    let payload: Buffer | undefined;
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      const view = this.#packet.data;
      payload = view === null ? payload : Buffer.from(view);
      this.#packet.unref();
    }
    return payload;
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#context.freeContext();
      this.#frame.free();
      this.#packet.free();
      this.#resampler.free();
    }
  }
}
