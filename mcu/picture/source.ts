import type { Picture } from '#codecs/ffmpeg/picture.ts';
import { type DecodableVideo, VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import type { SourceGuard } from '../engine/decode-guard.ts';
import type { PictureOrigin } from './picture-origin.ts';
import { PicturePlayout } from './playout/picture-playout.ts';
import { PictureQueue } from './playout/picture-queue.ts';

/** A compressed picture on its way to the decoder. */
export interface AccessUnit {
  readonly codec: DecodableVideo;
  /** H.264: Annex B. */
  readonly data: Buffer;
  readonly isKeyFrame: boolean;
  /** Packets of it, or of a picture that it builds upon, are missing. */
  readonly isCorrupt: boolean;
  /** When it came and was taken, and the sound beside it; without it the picture is shown as soon as it can be. */
  readonly origin?: PictureOrigin;
}

/** A picture that comes later than three times the mean distance, and by this much (ms), ends a freeze (W3C webrtc-stats freezeCount). */
const FREEZE_MARGIN = 150;
/** Weight of the newest distance in the mean: about a second of pictures. */
const MEAN_WEIGHT = 1 / 25;

/** Access units waiting to be decoded; past this the machine cannot follow and the source starts anew at a key frame. */
const MAXIMUM_WAITING = 12;

/** A decoded picture and where it came from. */
interface DecodedPicture {
  readonly picture: Picture;
  readonly origin: PictureOrigin | undefined;
  /** When it may be shown, ms. */
  readonly due: number;
}

/**
 * The pictures of one party: decodes what comes and shows one at each beat of the mix. After loss it shows nothing broken: it
 * stands still until the next key frame and says that one is needed.
 */
export class PictureSource {
  readonly #askKeyFrame: () => void;
  readonly #guard: SourceGuard | undefined;
  #decoder: VideoDecoder | undefined;
  #opening: Promise<void> | undefined;
  readonly #clock: () => number;
  readonly #playout = new PicturePlayout();
  readonly #pictures = new PictureQueue<DecodedPicture>();
  #newestAt = Number.NEGATIVE_INFINITY;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isOff = false;
  #wasOff = false;
  #version = 0;
  #decoded = 0;
  #freezes = 0;
  #meanDistance: number | undefined;
  #synchronised = false;
  #waiting = 0;
  /** Counts the key frames that were begun with; what the decoder refuses breaks all that builds on the same one. */
  #run = 0;
  #brokenRun = 0;
  #closed = false;

  /**
   * `askKeyFrame` is called whenever decoding cannot go on without one; `guard` stands around every decode; `clock` (ms) tells when
   * it has ended.
   */
  constructor(askKeyFrame: () => void, clock: () => number, guard?: SourceGuard) {
    this.#askKeyFrame = askKeyFrame;
    this.#clock = clock;
    this.#guard = guard;
  }

  /** Grows with each picture that is shown. */
  get version(): number {
    return this.#version;
  }

  /** Pictures decoded since the source began. */
  get decoded(): number {
    return this.#decoded;
  }

  /** Times that the picture stood still and went on. */
  get freezes(): number {
    return this.#freezes;
  }

  /** Pictures that no beat showed, since the source began: it sends more than there are beats, or came late. */
  get leftOut(): number {
    return this.#pictures.leftOut;
  }

  /** When the picture that is shown was shown first (ms): a newer one that waits for its beat makes it no younger. */
  get shownAt(): number {
    return this.#shownAt;
  }

  /** When the picture that is shown came, and when it was taken; undefined where nobody said. */
  get origin(): PictureOrigin | undefined {
    return this.#pictures.shown?.origin;
  }

  /** How long pictures wait to be shown, from their arrival, ms on average. */
  get hold(): number {
    return this.#playout.hold;
  }

  /** How long the party's sound has to wait at the least, to be mixed with the picture of its moment, ms. */
  get soundDelayWanted(): number {
    return this.#playout.soundDelayWanted;
  }

  /** Whether the party switched its camera off or is on hold: the gap that this makes is no freeze. */
  set cameraOff(off: boolean) {
    this.#isOff = off;
    this.#wasOff ||= off;
  }

  /** Size of the newest picture; zeros before the first. */
  get size(): { readonly width: number; readonly height: number } {
    const { width = 0, height = 0 } = this.#pictures.newest?.picture ?? {};
    return { width, height };
  }

  /** The beat of the mix at `now` (ms): shows the picture that follows, where its time has come. */
  advance(now: number): void {
    const hurries = this.#pictures.isBehind(now) && !this.#playout.keepsBeat();
    if (this.#pictures.advance(now, hurries)) {
      this.#version += 1;
      this.#shownAt = now;
      this.#playout.shown(this.#pictures.place);
    }
  }

  /** Another hold on the picture that is shown, which the caller frees; undefined before the first. */
  shown(): Picture | undefined {
    return this.#pictures.shown?.picture.share();
  }

  /** Decodes a unit that arrived at `now` (ms). Never rejects: a bitstream that cannot be decoded waits for a key frame. */
  async push(unit: AccessUnit, now: number): Promise<void> {
    if (this.#closed) {
      return;
    }
    if (unit.isKeyFrame && !unit.isCorrupt) {
      this.#synchronised = true;
      this.#run += 1;
    } else if (unit.isCorrupt) {
      this.#synchronised = false;
    }
    if (!this.#synchronised || this.#waiting >= MAXIMUM_WAITING) {
      this.#desynchronise();
      return;
    }
    await this.#decode(unit, this.#run, now);
  }

  /** Frees decoder and picture. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    await this.#decoder?.close();
    this.#guard?.close();
    this.#pictures.clear();
  }

  async #decode(unit: AccessUnit, run: number, now: number): Promise<void> {
    this.#waiting += 1;
    try {
      const decoder = await this.#decoderFor(unit.codec);
      const decode = async () => await decoder?.decode(unit.data);
      const picture = await (this.#guard === undefined ? decode() : this.#guard.run(unit.data, decode));
      if (picture !== undefined) {
        this.#show(picture, run, unit.origin, now);
      }
    } catch {
      // The decoder refused the bitstream: what follows builds on it.
      this.#brokenRun = run;
      if (run === this.#run) {
        this.#desynchronise();
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  #desynchronise(): void {
    this.#synchronised = false;
    this.#askKeyFrame();
  }

  #show(picture: Picture, run: number, origin: PictureOrigin | undefined, now: number): void {
    if (this.#closed || run <= this.#brokenRun) {
      picture.free();
      return;
    }
    if (!this.#wasOff) {
      this.#countFreeze(now - this.#newestAt);
    }
    this.#wasOff = this.#isOff;
    const due = origin === undefined ? now : this.#playout.due(origin, this.#clock());
    this.#pictures.push({ picture, origin, due });
    this.#newestAt = now;
    this.#decoded += 1;
  }

  #countFreeze(distance: number): void {
    if (!Number.isFinite(distance)) {
      return;
    }
    const mean = this.#meanDistance ?? distance;
    if (this.#meanDistance !== undefined && distance > Math.max(3 * mean, mean + FREEZE_MARGIN)) {
      this.#freezes += 1;
      return;
    }
    this.#meanDistance = mean + (distance - mean) * MEAN_WEIGHT;
  }

  async #decoderFor(codec: DecodableVideo): Promise<VideoDecoder | undefined> {
    while (this.#opening !== undefined) {
      await this.#opening;
    }
    if (this.#decoder?.codec !== codec && !this.#closed) {
      this.#opening = this.#open(codec);
      await this.#opening;
    }
    return this.#decoder;
  }

  async #open(codec: DecodableVideo): Promise<void> {
    try {
      const old = this.#decoder;
      this.#decoder = undefined;
      await old?.close();
      this.#decoder = await VideoDecoder.open(codec);
    } finally {
      this.#opening = undefined;
    }
  }
}
