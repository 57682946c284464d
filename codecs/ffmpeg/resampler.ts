import { AV_CHANNEL_LAYOUT_MONO, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_S16, type AVSampleFormat } from 'node-av/constants';
import { type ChannelLayout, SoftwareResampleContext } from 'node-av/lib';
import { orFault } from './fault.ts';

/** Format of sound as FFmpeg speaks of it. */
export interface SoundFormat {
  readonly sampleFormat: AVSampleFormat;
  /** Hz. */
  readonly sampleRate: number;
  readonly channelLayout: ChannelLayout;
}

/** The format in which everything is mixed: 48 kHz mono 32-bit float. */
export const MIX_FORMAT: SoundFormat = {
  sampleFormat: AV_SAMPLE_FMT_FLT,
  sampleRate: 48_000,
  channelLayout: AV_CHANNEL_LAYOUT_MONO,
};

/** Interleaved 16-bit mono at a rate in Hz. */
export function pcm16(sampleRate: number): SoundFormat {
  return { sampleFormat: AV_SAMPLE_FMT_S16, sampleRate, channelLayout: AV_CHANNEL_LAYOUT_MONO };
}

/** Converts sound between two formats; keeps the filter's state from call to call. Mono, interleaved output. */
export class Resampler {
  readonly #context = new SoftwareResampleContext();
  readonly #outputBytesPerSample: number;
  #freed = false;

  /** Throws CodecFault when FFmpeg does not know the conversion. */
  constructor(input: SoundFormat, output: SoundFormat) {
    orFault(
      'swr_alloc_set_opts2',
      this.#context.allocSetOpts2(
        output.channelLayout,
        output.sampleFormat,
        output.sampleRate,
        input.channelLayout,
        input.sampleFormat,
        input.sampleRate,
      ),
    );
    orFault('swr_init', this.#context.init());
    this.#outputBytesPerSample = output.sampleFormat === AV_SAMPLE_FMT_S16 ? 2 : 4;
  }

  /** Converts `count` samples of each channel; the result holds as many bytes as came out. */
  convert(input: Buffer[], count: number): Buffer {
    const room = this.#context.getOutSamples(count);
    const output = Buffer.alloc(room * this.#outputBytesPerSample);
    const got = orFault('swr_convert', this.#context.convertSync([output], room, input, count));
    return output.subarray(0, got * this.#outputBytesPerSample);
  }

  free(): void {
    if (!this.#freed) {
      this.#freed = true;
      this.#context.free();
    }
  }
}
