import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Rgb } from './test-card.ts';

/** A decoded picture as RGBA. */
export interface Still {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** A rectangle as shares of the picture, each 0 to 1. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Reads a picture file (PNG, JPEG). */
export async function readStill(path: string): Promise<Still> {
  const image = await loadImage(path);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return { width: image.width, height: image.height, data: context.getImageData(0, 0, image.width, image.height).data };
}

/** Mean colour of an area. */
export function meanColour(still: Still, area: Area): Rgb {
  const left = Math.floor(area.left * still.width);
  const top = Math.floor(area.top * still.height);
  const right = Math.floor((area.left + area.width) * still.width);
  const bottom = Math.floor((area.top + area.height) * still.height);
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = top; y < bottom; y += 2) {
    for (let x = left; x < right; x += 2) {
      const at = 4 * (y * still.width + x);
      sum[0] += still.data[at] ?? 0;
      sum[1] += still.data[at + 1] ?? 0;
      sum[2] += still.data[at + 2] ?? 0;
      count += 1;
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** How far two colours are apart: the largest difference of a component. */
export function colourDistance(a: Rgb, b: Rgb): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}
