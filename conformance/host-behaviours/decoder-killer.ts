import type { PictureLoop } from '../host/picture-loop.ts';

/** SEI NAL unit with payload type 5, user data unregistered (H.264 §D.1.7), 16 octets of UUID and none more; then the stop bit. */
const HEAD = Buffer.from('000000010605' + '10', 'hex');
const TAIL = Buffer.from('80', 'hex');

/** The same loop (H.264) with a UUID in every so-many-th picture, beginning after the first ones. */
export function withMark(loop: PictureLoop, uuid: Buffer, every: number): PictureLoop {
  const mark = Buffer.concat([HEAD, uuid, TAIL]);
  return {
    ...loop,
    pictures: loop.pictures.map((picture, index) =>
      index % every === every - 1 ? Buffer.concat([mark, picture]) : picture,
    ),
  };
}
