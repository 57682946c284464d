import { AV_PIX_FMT_YUV420P, type AVPixelFormat, SWS_BILINEAR } from 'node-av/constants';
import { SoftwareScaleContext } from 'node-av/lib';
import { orFault } from './fault.ts';
import type { Picture, Region } from './picture.ts';
import { SerialCalls } from './serial-calls.ts';

interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly format: AVPixelFormat;
  readonly targetWidth: number;
  readonly targetHeight: number;
}

/**
 * Scales pictures straight into a region of a canvas. The context follows the size and format of what it is given.
 * The region's x and width must be multiples of 16: swscale writes past the right edge otherwise.
 */
export class Scaler {
  #context:
    | { readonly native: SoftwareScaleContext; readonly calls: SerialCalls; readonly geometry: Geometry }
    | undefined;
  #closed = false;

  /** Resolves when `region` of `canvas` shows the whole of `source`. Calls on one scaler run one after the other. */
  async scale(source: Picture, canvas: Picture, region: Region): Promise<void> {
    if (this.#closed) {
      return;
    }
    checkRegion(canvas, region);
    const { native, calls } = this.#for({
      width: source.width,
      height: source.height,
      format: source.format,
      targetWidth: region.width,
      targetHeight: region.height,
    });
    await calls.run(async () => {
      const from = source.planes();
      const to = canvas.planes(region);
      orFault('sws_scale', await native.scale(from.data, from.strides, 0, source.height, to.data, to.strides));
    });
  }

  /** Frees the context; resolves when a call under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#context?.calls.close();
    this.#context = undefined;
  }

  #for(geometry: Geometry): { native: SoftwareScaleContext; calls: SerialCalls } {
    if (this.#context !== undefined && same(this.#context.geometry, geometry)) {
      return this.#context;
    }
    void this.#context?.calls.close();
    const native = new SoftwareScaleContext();
    native.allocContext();
    native.getContext(
      geometry.width,
      geometry.height,
      geometry.format,
      geometry.targetWidth,
      geometry.targetHeight,
      AV_PIX_FMT_YUV420P,
      SWS_BILINEAR,
    );
    this.#context = { native, calls: new SerialCalls(() => native.freeContext()), geometry };
    return this.#context;
  }
}

function same(a: Geometry, b: Geometry): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.format === b.format &&
    a.targetWidth === b.targetWidth &&
    a.targetHeight === b.targetHeight
  );
}

function checkRegion(canvas: Picture, region: Region): void {
  if (region.x % 16 !== 0 || region.width % 16 !== 0 || region.y % 2 !== 0 || region.height % 2 !== 0) {
    throw new RangeError('x and width of a region are multiples of 16, y and height are even');
  }
  if (
    region.x + region.width > canvas.width ||
    region.y + region.height > canvas.height ||
    region.x < 0 ||
    region.y < 0
  ) {
    throw new RangeError('the region leaves the canvas');
  }
}
