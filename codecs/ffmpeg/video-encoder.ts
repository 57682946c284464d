import {
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_H261,
  FF_ENCODER_H263,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Packet, Rational } from 'node-av/lib';
import { orFault } from './fault.ts';
import type { Picture } from './picture.ts';
import { SerialCalls } from './serial-calls.ts';
import { withoutUserData } from './user-data.ts';

/**
 * The bitstreams that can be encoded. H.263 is that of 1996 without optional modes, which every receiver of H.263+ takes, too, whatever
 * modes it has.
 */
const ENCODERS = {
  H264: FF_ENCODER_LIBX264,
  VP8: FF_ENCODER_LIBVPX_VP8,
  H261: FF_ENCODER_H261,
  H263: FF_ENCODER_H263,
} as const;
/** A codec of pictures that is encoded, as SDP names it. */
export type EncodableVideo = keyof typeof ENCODERS;

/** How a video encoder is to work; everything but the bit rate is fixed for its life. */
export interface VideoEncoderSettings {
  readonly codec: EncodableVideo;
  /** H.261 has QCIF and CIF alone, H.263 also sub-QCIF, 4CIF and 16CIF. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
  /** bit/s. */
  readonly bitRate: number;
  /** Largest NAL unit in bytes (RFC 6184 packetization-mode 0); unlimited where absent. H.264 only. */
  readonly maximumSliceBytes?: number;
  /** H.264 profile to write. */
  readonly profile?: 'baseline' | 'main' | 'high';
}

/** One encoded picture: H.264 as Annex B with SPS and PPS before each IDR. */
export interface EncodedPicture {
  readonly data: Buffer;
  readonly isKeyFrame: boolean;
}

/** Octets of H.263 after which the next row begins with a header of its own, so that packets and decoders can begin there. */
const GROUP_HEADER_DISTANCE = 500;

/** FFmpeg allows no more in H.261 and H.263; elsewhere a key frame comes when somebody asks, in ten minutes at the latest. */
const MOST_PICTURES_WITHOUT_KEY = 600;
/** A key frame for each change of scene would be one that nobody asked for. */
const NO_SCENE_CHANGES = { sc_threshold: '1000000000' };
/**
 * The finest quantiser of H.261 and H.263 with which a change from black to white fits into a coefficient of a block (levels go to 127): finer
 * ones cut it off, and sharp edges would need several pictures to become right.
 */
const FINEST_QUANTISER = '7';
/** The rate control of H.261 and H.263 cannot work where the mean rate is also the greatest. */
const MEAN_OF_MOST = 0.95;

/** Seconds of picture that the rate buffer holds: small, so that a key frame does not hold up a poor line. */
const RATE_BUFFER_SECONDS = 0.5;

/** Encodes one picture at a time with as little delay as the codec has; key frames only when asked. */
export class VideoEncoder {
  readonly settings: VideoEncoderSettings;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #calls: SerialCalls;
  #pts = 0n;

  private constructor(settings: VideoEncoderSettings, context: CodecContext) {
    this.settings = settings;
    this.#context = context;
    this.#packet.alloc();
    this.#calls = new SerialCalls(() => {
      context.freeContext();
      this.#packet.free();
    });
  }

  /** Throws CodecFault when FFmpeg does not open the encoder with these settings. */
  static async open(settings: VideoEncoderSettings): Promise<VideoEncoder> {
    const found = Codec.findEncoderByName(ENCODERS[settings.codec]);
    if (found === null) {
      throw new Error(`FFmpeg has no encoder for ${settings.codec}`);
    }
    const context = new CodecContext();
    context.allocContext3(found);
    context.width = settings.width;
    context.height = settings.height;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, settings.frameRate);
    context.framerate = new Rational(settings.frameRate, 1);
    context.gopSize = isOld(settings.codec) ? MOST_PICTURES_WITHOUT_KEY : settings.frameRate * 600;
    context.maxBFrames = 0;
    context.threadCount = 1;
    setRate(context, settings);
    const options = Dictionary.fromObject(optionsFor(settings));
    orFault(`opening the ${settings.codec} encoder`, await context.open2(found, options));
    return new VideoEncoder(settings, context);
  }

  /** Pictures waiting or under way. */
  get pending(): number {
    return this.#calls.pending;
  }

  /** Whether `setBitRate` has an effect. Other encoders are to be opened again: libvpx does not follow, H.261 and H.263 fail. */
  get followsBitRate(): boolean {
    return this.settings.codec === 'H264';
  }

  /** Aims at another bit rate (bit/s) from the next picture on. x264 follows in about a second. */
  setBitRate(bitRate: number): void {
    if (!this.#calls.closed && this.followsBitRate) {
      setRate(this.#context, { ...this.settings, bitRate });
    }
  }

  /** Encodes `picture`, as an IDR where `keyFrame`. Resolves to undefined where the encoder skipped it or was closed. */
  async encode(picture: Picture, keyFrame: boolean): Promise<EncodedPicture | undefined> {
    return await this.#calls.run(async () => {
      const { frame } = picture;
      frame.pts = this.#pts++;
      picture.keyFrame = keyFrame;
      orFault(`encoding ${this.settings.codec}`, await this.#context.sendFrame(frame));
      const chunks: Buffer[] = [];
      let isKeyFrame = false;
      while (this.#context.receivePacketSync(this.#packet) >= 0) {
        const view = this.#packet.data;
        if (view !== null) {
          chunks.push(Buffer.from(view));
        }
        isKeyFrame ||= this.#packet.isKeyframe;
        this.#packet.unref();
      }
      const [first] = chunks;
      if (first === undefined) {
        return undefined;
      }
      const data = chunks.length === 1 ? first : Buffer.concat(chunks);
      const isCut = isKeyFrame && this.settings.maximumSliceBytes !== undefined;
      return { data: isCut ? withoutUserData(data) : data, isKeyFrame };
    });
  }

  /** Frees the encoder; resolves when an encode under way has ended. */
  async close(): Promise<void> {
    await this.#calls.close();
  }
}

function isOld(codec: EncodableVideo): boolean {
  return codec === 'H261' || codec === 'H263';
}

function setRate(context: CodecContext, { codec, bitRate }: Pick<VideoEncoderSettings, 'codec' | 'bitRate'>): void {
  context.bitRate = BigInt(Math.round(isOld(codec) ? bitRate * MEAN_OF_MOST : bitRate));
  context.rcMaxRate = BigInt(Math.round(bitRate));
  context.rcBufferSize = Math.round(bitRate * RATE_BUFFER_SECONDS);
}

function optionsFor(settings: VideoEncoderSettings): Record<string, string> {
  switch (settings.codec) {
    case 'H264':
      return x264Options(settings);
    case 'VP8':
      return vp8Options();
    case 'H261':
      return { ...NO_SCENE_CHANGES, qmin: FINEST_QUANTISER };
    case 'H263':
      return { ...NO_SCENE_CHANGES, qmin: FINEST_QUANTISER, ps: String(GROUP_HEADER_DISTANCE) };
  }
}

function x264Options(settings: VideoEncoderSettings): Record<string, string> {
  // Old rooms show broken pictures where vectors are longer, or more than one picture is referred to (which superfast never does).
  const parameters = ['scenecut=0', 'mvrange=128'];
  if (settings.maximumSliceBytes !== undefined) {
    parameters.push(`slice-max-size=${settings.maximumSliceBytes}`);
  }
  return {
    preset: 'superfast',
    tune: 'zerolatency',
    'forced-idr': '1',
    profile: settings.profile ?? 'baseline',
    'x264-params': parameters.join(':'),
  };
}

function vp8Options(): Record<string, string> {
  return { deadline: 'realtime', 'cpu-used': '8', 'lag-in-frames': '0', 'error-resilient': '1' };
}
