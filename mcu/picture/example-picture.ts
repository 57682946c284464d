/** Pictures for tests, and a look into them. */
import { Picture } from '#codecs/ffmpeg/picture.ts';

/** The luma sample at a place. */
export function lumaAt(picture: Picture, x: number, y: number): number {
  const { data, strides } = picture.planes();
  return data[0]?.[y * (strides[0] ?? 0) + x] ?? -1;
}

/** A picture of one luma; the caller frees it. */
export function grey(luma: number, width: number, height: number): Picture {
  const picture = Picture.allocate(width, height);
  picture.fill({ y: luma, u: 128, v: 128 });
  return picture;
}
