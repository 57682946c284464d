import {
  AV_CODEC_FLAG_LOW_DELAY,
  AVERROR_EAGAIN,
  FF_DECODER_H261,
  FF_DECODER_H263,
  FF_DECODER_H264,
  FF_DECODER_VP8,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Packet, Rational } from 'node-av/lib';
import { CodecFault, orFault } from './fault.ts';
import { Picture } from './picture.ts';
import { SerialCalls } from './serial-calls.ts';

/** The bitstreams that can be decoded, and FFmpeg's decoder for each: that of H.263 takes every version of it. */
const DECODERS = {
  H264: FF_DECODER_H264,
  VP8: FF_DECODER_VP8,
  H261: FF_DECODER_H261,
  H263: FF_DECODER_H263,
  'H263-1998': FF_DECODER_H263,
  'H263-2000': FF_DECODER_H263,
} as const;
/** A codec of pictures that is decoded, as SDP names it. */
export type DecodableVideo = keyof typeof DECODERS;

/** Samples of luma in a picture at the most: a stranger's headers could ask for gigabytes. Four times what anybody is offered. */
const MAXIMUM_PIXELS = 4096 * 2304;

/** Decodes one video stream, one access unit at a time, off the event loop. */
export class VideoDecoder {
  readonly codec: DecodableVideo;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #calls: SerialCalls;

  private constructor(codec: DecodableVideo, context: CodecContext) {
    this.codec = codec;
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
    this.#calls = new SerialCalls(() => {
      context.freeContext();
      this.#packet.free();
      this.#frame.free();
    });
  }

  /** Throws CodecFault when FFmpeg does not open the decoder. */
  static async open(codec: DecodableVideo): Promise<VideoDecoder> {
    const found = Codec.findDecoderByName(DECODERS[codec]);
    if (found === null) {
      throw new Error(`FFmpeg has no decoder for ${codec}`);
    }
    const context = new CodecContext();
    context.allocContext3(found);
    // Frame threads would each hold a frame back.
    context.threadCount = 1;
    context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
    orFault(
      `opening the ${codec} decoder`,
      await context.open2(found, Dictionary.fromObject({ max_pixels: String(MAXIMUM_PIXELS) })),
    );
    return new VideoDecoder(codec, context);
  }

  /** Access units waiting or under way. */
  get pending(): number {
    return this.#calls.pending;
  }

  /**
   * Decodes an access unit (H.264: Annex B). Resolves to the newest picture, which the caller frees, or undefined where
   * the unit yields none. Rejects with CodecFault on a bitstream that the decoder refuses; it may be used further.
   */
  async decode(accessUnit: Buffer): Promise<Picture | undefined> {
    return await this.#calls.run(async () => {
      this.#packet.data = accessUnit;
      const sent = await this.#context.sendPacket(this.#packet);
      this.#packet.unref();
      let newest: Picture | undefined;
      for (;;) {
        const received = this.#context.receiveFrameSync(this.#frame);
        if (received < 0) {
          if (received !== AVERROR_EAGAIN && newest === undefined && sent >= 0) {
            throw new CodecFault(`decoding ${this.codec}`, received);
          }
          break;
        }
        if (this.codec === 'H261') {
          // Not said in the stream: all of its pictures have these pixels (H.261 §3.1).
          this.#frame.sampleAspectRatio = new Rational(12, 11);
        }
        newest?.free();
        newest = Picture.hold(this.#frame);
        this.#frame.unref();
      }
      if (sent < 0 && newest === undefined) {
        throw new CodecFault(`decoding ${this.codec}`, sent);
      }
      return newest;
    });
  }

  /** Frees the decoder; resolves when a decode under way has ended. */
  async close(): Promise<void> {
    await this.#calls.close();
  }
}
