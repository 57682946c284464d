import { FLASH_BLOCK, flashes } from './flash.ts';
import { MARK_MODULES, modulesOf, type PictureMark } from './picture-mark.ts';

/** A 4:2:0 picture that can be drawn into: planes Y, U, V and their strides; width and height even. */
export interface DrawablePicture {
  readonly width: number;
  readonly height: number;
  readonly data: readonly Uint8Array[];
  readonly strides: readonly number[];
}

/** Dark modules on either side of a mark, so that its ends stand out whatever is beside the picture. */
export const MARGIN_MODULES = 2;
/** Modules across the whole width of a coded picture. */
export const PICTURE_MODULES = MARK_MODULES + 2 * MARGIN_MODULES;

const DARK = 16;
const LIGHT = 235;
const GREY = 128;
/** Luma samples by which the ground moves from frame to frame. */
const STEP = 8;
const GROUND = { darkest: 60, lightest: 190 } as const;

/**
 * Draws a picture that says who sent it and which frame it is: across its middle sixth a mark of dark and light modules,
 * above and below stripes that walk, in a colour of the host's own, and near the bottom a block that is light in frames that
 * flash. The mark survives encoding and scaling down to modules of two samples, which is a picture of 90 samples across.
 */
export function drawCodedPicture(picture: DrawablePicture, mark: PictureMark): void {
  const { width, height, data, strides } = picture;
  const [luma, u, v] = data;
  const [stride = 0, uStride = 0, vStride = 0] = strides;
  if (luma === undefined || u === undefined || v === undefined) {
    throw new RangeError('a coded picture needs three planes');
  }
  const band = bandOf(height);
  const ground = groundRow(width);
  const code = codeRow(width, mark);
  const period = ground.length - width;
  for (let row = 0; row < height; row++) {
    const shift = (2 * row + STEP * mark.frame) % period;
    const isCode = row >= band.top && row < band.bottom;
    luma.set(isCode ? code : ground.subarray(shift, shift + width), row * stride);
  }
  drawFlashBlock(picture, luma, stride, flashes(mark.frame) ? LIGHT : DARK);
  const hue = (mark.host * 2 * Math.PI) / 7;
  const colour = { u: Math.round(GREY + 50 * Math.cos(hue)), v: Math.round(GREY + 50 * Math.sin(hue)) };
  for (let row = 0; row < height / 2; row++) {
    const isCode = 2 * row >= band.top && 2 * row < band.bottom;
    u.fill(isCode ? GREY : colour.u, row * uStride, row * uStride + width / 2);
    v.fill(isCode ? GREY : colour.v, row * vStride, row * vStride + width / 2);
  }
}

function drawFlashBlock({ width, height }: DrawablePicture, luma: Uint8Array, stride: number, value: number): void {
  const { left, right, top, bottom } = FLASH_BLOCK;
  for (let row = Math.round(top * height); row < Math.round(bottom * height); row++) {
    luma.fill(value, row * stride + Math.round(left * width), row * stride + Math.round(right * width));
  }
}

/** The rows that the mark fills, even. */
function bandOf(height: number): { top: number; bottom: number } {
  const top = 2 * Math.round((height * 5) / 24);
  return { top, bottom: top + 2 * Math.round(height / 12) };
}

/** Stripes: one row and a period more, to be taken from any beginning within the period. */
function groundRow(width: number): Uint8Array {
  const period = Math.max(STEP * 2, 2 * Math.round(width / 8));
  const { darkest, lightest } = GROUND;
  return Uint8Array.from({ length: width + period }, (_, x) => {
    const phase = (x % period) / period;
    return Math.round(darkest + (lightest - darkest) * Math.abs(2 * phase - 1));
  });
}

function codeRow(width: number, mark: PictureMark): Uint8Array {
  const modules = modulesOf(mark);
  return Uint8Array.from({ length: width }, (_, x) => {
    const index = Math.floor(((x + 0.5) * PICTURE_MODULES) / width) - MARGIN_MODULES;
    return modules[index] === true ? LIGHT : DARK;
  });
}
