import { type FoundMark, readMarks } from '../host/mark-reader.ts';
import type { Still } from './still.ts';

/** The coded pictures in a still. */
export function marksOfStill({ width, height, data }: Still): FoundMark[] {
  const luma = new Uint8Array(width * height);
  for (let at = 0; at < luma.length; at++) {
    // ITU-R BT.601, limited range, as the decoders of the hosts give it.
    const [red = 0, green = 0, blue = 0] = data.subarray(4 * at, 4 * at + 3);
    luma[at] = 16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255;
  }
  return readMarks({ data: luma, stride: width, width, height });
}
