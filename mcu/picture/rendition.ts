import type { Picture } from '#codecs/ffmpeg/picture.ts';
import { type EncodedPicture, VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import type { RenditionDesired } from '../engine/protocol.ts';
import { hasBars, Letterbox } from './letterbox.ts';

/** Key frames are not given more often than this, ms: some rooms ask in storms. */
const KEY_FRAME_DISTANCE = 300;

/** One encoding of a view. Follows its desired bit rate; gives key frames when asked. */
export class Rendition {
  #desired: RenditionDesired;
  #encoder: VideoEncoder | undefined;
  #letterbox: Letterbox | undefined;
  #keyFrameWanted = true;
  #lastKeyFrameAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(desired: RenditionDesired) {
    this.#desired = desired;
  }

  get desired(): RenditionDesired {
    return this.#desired;
  }

  /** Whether `next` is still this encoding (only the rate may differ). */
  accepts(next: RenditionDesired): boolean {
    const { bitRate: _old, ...fixed } = this.#desired;
    const { bitRate: _new, ...nextFixed } = next;
    return JSON.stringify(fixed) === JSON.stringify(nextFixed);
  }

  /** Takes another bit rate. */
  async update(next: RenditionDesired): Promise<void> {
    const changed = next.bitRate !== this.#desired.bitRate;
    this.#desired = next;
    if (!changed || this.#encoder === undefined) {
      return;
    }
    if (!this.#encoder.followsBitRate) {
      // A new encoder, which begins with a key frame.
      const old = this.#encoder;
      this.#encoder = undefined;
      await old.close();
      return;
    }
    this.#encoder.setBitRate(next.bitRate);
  }

  /** The next picture shall be a key frame. */
  wantKeyFrame(): void {
    this.#keyFrameWanted = true;
  }

  /** Encodes the canvas at `now` (ms). Undefined where the encoder gave nothing. Rejects with CodecFault. */
  async encode(canvas: Picture, now: number): Promise<EncodedPicture | undefined> {
    if (this.#closed) {
      return undefined;
    }
    const { codec, width, height, frameRate, bitRate, maximumSliceBytes } = this.#desired;
    this.#encoder ??= await VideoEncoder.open({
      codec,
      width,
      height,
      frameRate,
      bitRate,
      ...(maximumSliceBytes === undefined ? {} : { maximumSliceBytes }),
    });
    if (this.#closed) {
      await this.#encoder.close();
      return undefined;
    }
    if (hasBars(this.#desired)) {
      this.#letterbox ??= new Letterbox(width, height);
      await this.#letterbox.show(canvas);
    }
    const asKeyFrame = this.#keyFrameWanted && now - this.#lastKeyFrameAt >= KEY_FRAME_DISTANCE;
    const encoded = await this.#encoder.encode(this.#letterbox?.picture ?? canvas, asKeyFrame);
    if (encoded?.isKeyFrame === true) {
      this.#lastKeyFrameAt = now;
      this.#keyFrameWanted = false;
    }
    return encoded;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#encoder?.close();
    await this.#letterbox?.close();
  }
}
