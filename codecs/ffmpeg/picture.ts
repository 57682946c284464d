import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  type AVPixelFormat,
} from 'node-av/constants';
import { Frame } from 'node-av/lib';
import { orFault } from './fault.ts';

/** Bytes of the three planes and their strides, as swscale takes them. */
export interface Planes {
  readonly data: Buffer[];
  readonly strides: number[];
}

/** A rectangle of a picture in luma samples; all numbers even. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A raw picture in memory that FFmpeg owns. Whoever holds a Picture frees it, once; using it afterwards throws
 * (node-av itself would crash the process).
 */
export class Picture {
  readonly #frame: Frame;
  #freed = false;

  private constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** A black 4:2:0 picture of its own; width and height even. Throws CodecFault when there is no memory. */
  static allocate(width: number, height: number): Picture {
    const picture = Picture.#ofSize(width, height, AV_PIX_FMT_YUV420P);
    picture.fill(BLACK);
    return picture;
  }

  static #ofSize(width: number, height: number, format: AVPixelFormat): Picture {
    const frame = new Frame();
    frame.alloc();
    frame.width = width;
    frame.height = height;
    frame.format = format;
    orFault('Frame.getBuffer', frame.getBuffer(0));
    return new Picture(frame);
  }

  /** A second holder of a decoded frame's memory: decoders reuse a frame that nobody else holds. */
  static hold(source: Frame): Picture {
    const frame = new Frame();
    frame.alloc();
    orFault('Frame.ref', frame.ref(source));
    return new Picture(frame);
  }

  /** A picture of 8-bit RGBA samples, as canvases draw them; for scaling only. */
  static fromRgba(samples: Uint8Array, width: number, height: number): Picture {
    if (samples.length < width * height * 4) {
      throw new RangeError('too few samples for the size');
    }
    const picture = Picture.#ofSize(width, height, AV_PIX_FMT_RGBA);
    const { data, strides } = picture.planes();
    for (let row = 0; row < height; row++) {
      data[0]?.set(samples.subarray(row * width * 4, (row + 1) * width * 4), row * (strides[0] ?? 0));
    }
    return picture;
  }

  /** Another holder of the same memory, to be freed by itself. */
  share(): Picture {
    return Picture.hold(this.#live());
  }

  get width(): number {
    return this.#live().width;
  }

  get height(): number {
    return this.#live().height;
  }

  /** Width of a pixel divided by its height: 12/11 in the sizes that H.261 and H.263 have; 1 where nobody says, or something absurd. */
  get pixelAspect(): number {
    const { num, den } = this.#live().sampleAspectRatio;
    const aspect = num / den;
    return aspect >= LEAST_PIXEL_ASPECT && aspect <= 1 / LEAST_PIXEL_ASPECT ? aspect : 1;
  }

  /**
   * Octets of memory that it holds, about: what a stream cuts off a picture (H.264 §7.4.2.1.1, cropping) is held too, and shows in the
   * stride alone, so that no picture counts as narrower than 9:16 of it.
   */
  get octets(): number {
    const { linesize, height } = this.#live();
    const stride = linesize[0] ?? 0;
    return linesize.reduce((sum, each) => sum + Math.max(0, each), 0) * Math.max(height, (stride * 9) / 16);
  }

  /** FFmpeg's pixel format number. */
  get format(): AVPixelFormat {
    return this.#live().format as AVPixelFormat;
  }

  /** The native frame, for encoders in this folder only. */
  get frame(): Frame {
    return this.#live();
  }

  /** Marks the picture for the next encode: an IDR, or the encoder's choice. */
  set keyFrame(wanted: boolean) {
    this.#live().pictType = wanted ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  }

  /** The planes from the top left corner of `region` (whole picture by default). 4:2:0 pictures only when a region is given. */
  planes(region?: Region): Planes {
    const frame = this.#live();
    const data = frame.data;
    if (data === null) {
      throw new Error('the picture has no planes');
    }
    const strides = frame.linesize.slice(0, data.length);
    if (region === undefined) {
      return { data, strides };
    }
    return {
      data: data.slice(0, 3).map((plane, index) => {
        const shift = index === 0 ? 0 : 1;
        return plane.subarray((region.y >> shift) * (strides[index] ?? 0) + (region.x >> shift));
      }),
      strides: strides.slice(0, 3),
    };
  }

  /** Paints a region (whole picture by default) in one colour. */
  fill(colour: Colour, region?: Region): void {
    const { data, strides } = this.planes(region);
    const width = region?.width ?? this.width;
    const height = region?.height ?? this.height;
    const values = [colour.y, colour.u, colour.v];
    data.forEach((plane, index) => {
      const shift = index === 0 ? 0 : 1;
      const stride = strides[index] ?? 0;
      for (let row = 0; row < height >> shift; row++) {
        plane.fill(values[index] ?? 0, row * stride, row * stride + (width >> shift));
      }
    });
  }

  /** Gives the memory back. */
  free(): void {
    if (!this.#freed) {
      this.#freed = true;
      this.#frame.free();
    }
  }

  #live(): Frame {
    if (this.#freed) {
      throw new Error('the picture was freed');
    }
    return this.#frame;
  }
}

/** Narrower pixels, or as much wider ones, are a mistake. */
const LEAST_PIXEL_ASPECT = 0.4;

/** A colour in BT.709 limited range. */
export interface Colour {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

/** Black in limited range. */
export const BLACK: Colour = { y: 16, u: 128, v: 128 };
