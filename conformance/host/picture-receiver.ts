import type { Picture } from '#codecs/ffmpeg/picture.ts';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { KeyFrameLadder, type KeyFrameRequest } from '#codecs/rtcp/key-frame-ladder.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { H264Depacketiser } from '#codecs/rtp/payload/h264-depacketiser.ts';
import type { EncodedFrame } from '#codecs/rtp/payload/video-payload.ts';
import { ReorderBuffer } from '#codecs/rtp/reorder-buffer.ts';
import { type FoundMark, readMarks } from './mark-reader.ts';

/** A picture that a host has decoded. */
export interface SeenPicture {
  /** When its decoding ended, ms of `performance.now()`. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
  /** The coded pictures in it. */
  readonly marks: readonly FoundMark[];
}

/** What a receiver gives and asks for. */
export interface PictureReceiverOutput {
  seen(picture: SeenPicture): void;
  /** A key frame is to be asked for in this way. */
  keyFrame(request: KeyFrameRequest, mediaSsrc: number): void;
  fault(error: unknown): void;
}

/** ms that a missing packet is waited for. */
const WAIT = 30;
/** Access units that wait for the decoder; past this the host is too slow to be believed. */
const MAXIMUM_PENDING = 25;

/** Decodes the H.264 that a host is sent, reads the marks in it, and asks for a key frame where it cannot go on without. */
export class PictureReceiver {
  readonly #output: PictureReceiverOutput;
  readonly #decoder: VideoDecoder;
  readonly #ladder = new KeyFrameLadder({ pli: true, fir: true, info: false });
  #source:
    | { readonly ssrc: number; readonly order: ReorderBuffer; readonly depacketiser: H264Depacketiser }
    | undefined;
  #synchronised = false;

  private constructor(decoder: VideoDecoder, output: PictureReceiverOutput) {
    this.#decoder = decoder;
    this.#output = output;
  }

  /** Rejects with CodecFault when there is no decoder. */
  static async open(output: PictureReceiverOutput): Promise<PictureReceiver> {
    return new PictureReceiver(await VideoDecoder.open('H264'), output);
  }

  push(packet: RtpPacket, now: number): void {
    if (this.#source?.ssrc !== packet.ssrc) {
      this.#synchronised = false;
      this.#source = {
        ssrc: packet.ssrc,
        order: new ReorderBuffer({ maxWaitMs: WAIT }),
        depacketiser: new H264Depacketiser(),
      };
    }
    this.#source.order.push(packet, now);
    this.#drain(now);
  }

  /** Gives up gaps and repeats requests. */
  tick(now: number): void {
    this.#drain(now);
    const request = this.#source === undefined ? undefined : this.#ladder.due(now);
    if (this.#source !== undefined && request !== undefined) {
      this.#output.keyFrame(request, this.#source.ssrc);
    }
  }

  /** Frees the decoder; resolves when a decode under way has ended. */
  close(): Promise<void> {
    return this.#decoder.close();
  }

  #drain(now: number): void {
    if (this.#source === undefined) {
      return;
    }
    const { order, depacketiser } = this.#source;
    for (const { packet, lostBefore } of order.pop(now).packets) {
      for (const frame of depacketiser.push(packet, lostBefore)) {
        this.#onFrame(frame, now);
      }
    }
  }

  #onFrame(frame: EncodedFrame, now: number): void {
    if (frame.isKeyFrame && !frame.isCorrupt) {
      this.#synchronised = true;
      this.#ladder.satisfied(now);
    } else if (frame.isCorrupt || this.#decoder.pending > MAXIMUM_PENDING) {
      this.#synchronised = false;
    }
    if (!this.#synchronised) {
      this.#ladder.need(now);
      return;
    }
    this.#decode(frame.data).catch((error: unknown) => {
      this.#synchronised = false;
      this.#ladder.need(performance.now());
      this.#output.fault(error);
    });
  }

  async #decode(accessUnit: Buffer): Promise<void> {
    const picture = await this.#decoder.decode(accessUnit);
    if (picture === undefined) {
      return;
    }
    const at = performance.now();
    try {
      this.#output.seen({ at, width: picture.width, height: picture.height, marks: marksIn(picture) });
    } finally {
      picture.free();
    }
  }
}

function marksIn(picture: Picture): FoundMark[] {
  const { data, strides } = picture.planes();
  const [luma] = data;
  return luma === undefined
    ? []
    : readMarks({ data: luma, stride: strides[0] ?? 0, width: picture.width, height: picture.height });
}
