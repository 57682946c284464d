import { Picture } from '#codecs/ffmpeg/picture.ts';
import { type EncodedPicture, VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import { drawCodedPicture } from './coded-picture.ts';
import { bitstreamOf, type PictureFormat } from './picture-format.ts';

/** A clip of numbered frames as it is encoded. */
export interface PictureLoopSettings {
  /** Number in the marks, 0 to 255. */
  readonly host: number;
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
  /** bit/s. */
  readonly bitRate: number;
  /** How long the loop is, in frames: 1 to 4096. */
  readonly frames: number;
  /** Default `H264/1`. */
  readonly format?: PictureFormat;
}

/**
 * Coded pictures, encoded once and played over and over: any number of hosts may play one loop without an encoder.
 * The first is a key frame, the others build on those before them.
 */
export interface PictureLoop {
  readonly settings: PictureLoopSettings;
  /** H.264 as Annex B, or frames of the others; frame n bears the number n. At least one. */
  readonly pictures: readonly Buffer[];
}

/** Without fragmentation every slice must fit into a packet. */
const SLICE_BYTES = 1180;

/** Draws and encodes a loop. Rejects with CodecFault, or with RangeError where a number does not fit a mark. */
export async function encodePictureLoop(settings: PictureLoopSettings): Promise<PictureLoop> {
  const { host, width, height, frameRate, bitRate, frames, format = 'H264/1' } = settings;
  const encoder = await VideoEncoder.open({
    codec: bitstreamOf(format),
    width,
    height,
    frameRate,
    bitRate,
    ...(format === 'H264/0' ? { maximumSliceBytes: SLICE_BYTES } : {}),
  });
  const picture = Picture.allocate(width, height);
  const pictures: Buffer[] = [];
  try {
    for (let frame = 0; frame < frames; frame++) {
      drawCodedPicture({ width, height, ...picture.planes() }, { host, frame });
      const encoded: EncodedPicture | undefined = await encoder.encode(picture, frame === 0);
      if (encoded === undefined) {
        throw new Error(`the encoder gave nothing for frame ${frame}`);
      }
      pictures.push(encoded.data);
    }
  } finally {
    await encoder.close();
    picture.free();
  }
  return { settings, pictures };
}
