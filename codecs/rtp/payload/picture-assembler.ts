import type { RtpPacket } from '../packet.ts';
import { BitAssembly } from './bit-assembly.ts';
import { type EncodedFrame, MAXIMUM_FRAME_LENGTH } from './video-payload.ts';

/** What a payload carries of a picture. */
export interface PicturePiece {
  readonly octets: Uint8Array;
  /** Bits at the beginning and at the end that are not part of it, 0 to 7. */
  readonly sbit: number;
  readonly ebit: number;
  /** What it begins with: a picture header, another start code, or something in the middle. */
  readonly begins: 'picture' | 'section' | 'middle';
}

interface Assembly {
  readonly timestamp: number;
  readonly bits: BitAssembly;
  /** Packets were lost that may have been the end of the picture before. */
  readonly gapBefore: boolean;
  hasHole: boolean;
  /** Behind a hole only what begins with a start code is of use. */
  isOpen: boolean;
}

/**
 * Puts pictures of H.261 and H.263 together. A picture ends with the marker, when the timestamp changes or when another begins.
 * Of one with losses is given, marked corrupt, what comes before the hole and again from the next start code on; without its
 * header nothing is.
 */
export class PictureAssembler {
  readonly #isKeyFrame: (picture: Buffer) => boolean;
  #picture: Assembly | undefined;
  /** Packets are missing that no picture has answered for; so it is at the start, as we may have joined in the middle. */
  #gap = true;

  /** @param isKeyFrame whether a decoder can begin with a picture */
  constructor(isKeyFrame: (picture: Buffer) => boolean) {
    this.#isKeyFrame = isKeyFrame;
  }

  /** @param read what a payload carries; undefined where it cannot be read */
  push(
    { payload, timestamp, marker }: Pick<RtpPacket, 'payload' | 'timestamp' | 'marker'>,
    lostBefore: number,
    read: (payload: Uint8Array) => PicturePiece | undefined,
  ): EncodedFrame[] {
    const frames: EncodedFrame[] = [];
    if (lostBefore > 0) this.#miss();
    if (payload.length === 0) return frames; // padding to probe the line
    if (this.#picture && this.#picture.timestamp !== timestamp) this.#finish(frames);
    const piece = read(payload);
    if (piece === undefined) {
      this.#miss();
    } else if (piece.begins === 'picture') {
      if (this.#picture) this.#finish(frames);
      this.#picture = { timestamp, bits: new BitAssembly(), gapBefore: this.#gap, hasHole: false, isOpen: true };
      this.#gap = false;
      this.#append(this.#picture, piece);
    } else if (this.#picture) {
      // What was lost was of this picture, and it is marked for it.
      this.#gap = false;
      this.#append(this.#picture, piece);
    } else {
      this.#gap = true;
    }
    if (marker && this.#picture) this.#finish(frames);
    return frames;
  }

  #append(picture: Assembly, { octets, sbit, ebit, begins }: PicturePiece): void {
    if (!picture.isOpen) {
      if (begins === 'middle') return;
      picture.isOpen = true;
      picture.bits.align();
    }
    if (picture.bits.length + octets.length > MAXIMUM_FRAME_LENGTH) this.#miss();
    else picture.bits.append(octets, sbit, ebit);
  }

  #miss(): void {
    this.#gap = true;
    if (!this.#picture) return;
    this.#picture.hasHole = true;
    this.#picture.isOpen = false;
  }

  #finish(frames: EncodedFrame[]): void {
    const picture = this.#picture;
    this.#picture = undefined;
    if (!picture || picture.bits.length === 0) {
      this.#gap = true;
      return;
    }
    const data = picture.bits.take();
    const isKeyFrame = this.#isKeyFrame(data);
    // A key frame depends on nothing that was lost before it.
    const isCorrupt = picture.hasHole || (picture.gapBefore && !isKeyFrame);
    frames.push({ data, timestamp: picture.timestamp, isKeyFrame, isCorrupt });
  }
}
