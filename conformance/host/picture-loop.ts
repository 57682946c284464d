import { Picture } from '#codecs/ffmpeg/picture.ts';
import { type EncodedPicture, VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import { drawCodedPicture } from './coded-picture.ts';

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
}

/**
 * Coded pictures as H.264, encoded once and played over and over: any number of hosts may play one loop without an encoder.
 * The first is a key frame, the others build on those before them.
 */
export interface PictureLoop {
  readonly settings: PictureLoopSettings;
  /** As Annex B; frame n bears the number n. At least one. */
  readonly pictures: readonly Buffer[];
}

/** Draws and encodes a loop. Rejects with CodecFault, or with RangeError where a number does not fit a mark. */
export async function encodePictureLoop(settings: PictureLoopSettings): Promise<PictureLoop> {
  const { host, width, height, frameRate, bitRate, frames } = settings;
  const encoder = await VideoEncoder.open({ codec: 'H264', width, height, frameRate, bitRate });
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

/** Plays a loop for one host. A wish for a key frame begins the loop anew: that is its only one. */
export class PicturePlayer {
  readonly #loop: PictureLoop;
  #next = 0;
  #keyFrames = 0;

  constructor(loop: PictureLoop) {
    this.#loop = loop;
  }

  /** Key frames played so far. */
  get keyFrames(): number {
    return this.#keyFrames;
  }

  /** The next picture shall be a key frame. */
  giveKeyFrame(): void {
    this.#next = 0;
  }

  /** The next picture as Annex B; not to be changed. */
  next(): Buffer {
    const { pictures } = this.#loop;
    const index = this.#next % pictures.length;
    this.#next = index + 1;
    this.#keyFrames += index === 0 ? 1 : 0;
    return pictures[index] ?? Buffer.alloc(0);
  }
}
