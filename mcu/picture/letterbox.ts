import { Picture, type Region } from '#codecs/ffmpeg/picture.ts';
import { Scaler } from '#codecs/ffmpeg/scaler.ts';
import type { RenditionDesired } from '../engine/protocol.ts';
import { fitInside } from '../view/grid.ts';

/** Width of a pixel in the sizes of H.261 and H.263 divided by its height (H.261 §3.1, H.263 §4.1). */
const PIXEL_ASPECT = 12 / 11;
/** Shape of every view. */
const VIEW_ASPECT = 16 / 9;

/** Views are drawn in these sizes for the sizes of H.261 and H.263, up to a width of the latter. */
const CANVASES = [
  { upTo: 176, width: 320, height: 180 },
  { upTo: 352, width: 640, height: 360 },
  { upTo: Number.POSITIVE_INFINITY, width: 1280, height: 720 },
] as const;

/** Whether a rendition's pictures have a shape of their own, and pixels that are not square. */
export function hasBars({ codec }: Pick<RenditionDesired, 'codec'>): boolean {
  return codec === 'H261' || codec === 'H263';
}

/** The size in which a view is drawn for a rendition: its own, or one that renditions of other codecs have, too. */
export function canvasSize(rendition: Pick<RenditionDesired, 'codec' | 'width' | 'height'>): {
  readonly width: number;
  readonly height: number;
} {
  const { width, height } = rendition;
  return hasBars(rendition) ? (CANVASES.find(({ upTo }) => width <= upTo) ?? CANVASES[2]) : { width, height };
}

/** A picture of one of the old sizes with a view in its middle, as wide as it is, between black bars. */
export class Letterbox {
  readonly picture: Picture;
  readonly #region: Region;
  readonly #scaler = new Scaler();

  /** Throws CodecFault when there is no memory. */
  constructor(width: number, height: number) {
    this.picture = Picture.allocate(width, height);
    this.#region = fitInside({ x: 0, y: 0, width, height }, VIEW_ASPECT, PIXEL_ASPECT);
  }

  /** Resolves when `view` stands in the picture. */
  async show(view: Picture): Promise<void> {
    await this.#scaler.scale(view, this.picture, this.#region);
  }

  async close(): Promise<void> {
    await this.#scaler.close();
    this.picture.free();
  }
}
