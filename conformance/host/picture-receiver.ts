import type { Picture } from '#codecs/ffmpeg/picture.ts';
import { type DecodableVideo, VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { KeyFrameLadder, type KeyFrameMethods, type KeyFrameRequest } from '#codecs/rtcp/key-frame-ladder.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { newDepacketiser } from '#codecs/rtp/payload/new-depacketiser.ts';
import type { EncodedFrame, VideoDepacketiser } from '#codecs/rtp/payload/video-payload.ts';
import { ReorderBuffer } from '#codecs/rtp/reorder-buffer.ts';
import { SourceTracker } from '#codecs/rtp/source-validation.ts';
import { isFlash } from './flash-reader.ts';
import { type FoundMark, readMarks } from './mark-reader.ts';

/** A coded picture inside a picture that was decoded. */
export interface SeenMark extends FoundMark {
  /** Whether its flash block is light. */
  readonly flash: boolean;
}

/** A picture that a host has decoded. */
export interface SeenPicture {
  /** When its decoding ended, ms of `performance.now()`. */
  readonly at: number;
  /** Source and RTP timestamp. */
  readonly ssrc: number;
  readonly timestamp: number;
  readonly codec: DecodableVideo;
  readonly width: number;
  readonly height: number;
  /** The coded pictures in it. */
  readonly marks: readonly SeenMark[];
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

interface Source {
  readonly ssrc: number;
  readonly codec: DecodableVideo;
  readonly order: ReorderBuffer;
  readonly depacketiser: VideoDepacketiser;
}

/** Decodes the pictures that a host is sent, reads the marks in them, and asks for a key frame where it cannot go on without. */
export class PictureReceiver {
  readonly #output: PictureReceiverOutput;
  readonly #decoders: ReadonlyMap<DecodableVideo, VideoDecoder>;
  readonly #ladder: KeyFrameLadder;
  readonly #tracker = new SourceTracker();
  #source: Source | undefined;
  #synchronised = false;
  #sources = 0;
  #keyFrames = 0;

  private constructor(
    decoders: ReadonlyMap<DecodableVideo, VideoDecoder>,
    ways: KeyFrameMethods,
    output: PictureReceiverOutput,
  ) {
    this.#decoders = decoders;
    this.#ladder = new KeyFrameLadder(ways);
    this.#output = output;
  }

  /** `ways`: how key frames are asked for. Rejects with CodecFault when there is no decoder. */
  static async open(
    codecs: readonly DecodableVideo[],
    ways: KeyFrameMethods,
    output: PictureReceiverOutput,
  ): Promise<PictureReceiver> {
    const decoders = await Promise.all(codecs.map(async (codec) => [codec, await VideoDecoder.open(codec)] as const));
    return new PictureReceiver(new Map(decoders), ways, output);
  }

  /** Key frames that came so far. */
  get keyFrames(): number {
    return this.#keyFrames;
  }

  /** Sources that were listened to so far: one in a call in which the far side numbers its packets as RFC 3550 asks. */
  get sources(): number {
    return this.#sources;
  }

  push(packet: RtpPacket, codec: DecodableVideo, now: number): void {
    const { verdict, packets } = this.#tracker.decide(packet, now);
    if (verdict === 'switched') {
      this.#sources += 1;
      this.#begin(packet.ssrc, codec);
    } else if (verdict === 'accept' && this.#source?.codec !== codec) {
      this.#begin(packet.ssrc, codec);
    }
    for (const accepted of packets) {
      this.#source?.order.push(accepted, now);
    }
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

  /** Frees the decoders; resolves when a decode under way has ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#decoders.values()].map((decoder) => decoder.close()));
  }

  #begin(ssrc: number, codec: DecodableVideo): void {
    this.#synchronised = false;
    this.#source = { ssrc, codec, order: new ReorderBuffer({ maxWaitMs: WAIT }), depacketiser: newDepacketiser(codec) };
  }

  #drain(now: number): void {
    const source = this.#source;
    for (const { packet, lostBefore } of source?.order.pop(now).packets ?? []) {
      for (const frame of source?.depacketiser.push(packet, lostBefore) ?? []) {
        if (source !== undefined) {
          this.#onFrame(frame, source, now);
        }
      }
    }
  }

  #onFrame(frame: EncodedFrame, source: Source, now: number): void {
    const decoder = this.#decoders.get(source.codec);
    if (decoder === undefined) {
      return;
    }
    if (frame.isKeyFrame && !frame.isCorrupt) {
      this.#keyFrames += 1;
      this.#synchronised = true;
      this.#ladder.satisfied(now);
    } else if (frame.isCorrupt || decoder.pending > MAXIMUM_PENDING) {
      this.#synchronised = false;
    }
    if (!this.#synchronised) {
      this.#ladder.need(now);
      return;
    }
    this.#decode(decoder, frame, source.ssrc).catch((error: unknown) => {
      this.#synchronised = false;
      this.#ladder.need(performance.now());
      this.#output.fault(error);
    });
  }

  async #decode(decoder: VideoDecoder, { data, timestamp }: EncodedFrame, ssrc: number): Promise<void> {
    const picture = await decoder.decode(data);
    if (picture === undefined) {
      return;
    }
    const at = performance.now();
    try {
      const { width, height } = picture;
      const { codec } = decoder;
      this.#output.seen({ at, ssrc, timestamp, codec, width, height, marks: marksIn(picture) });
    } finally {
      picture.free();
    }
  }
}

function marksIn(picture: Picture): SeenMark[] {
  const { data, strides } = picture.planes();
  const [luma] = data;
  if (luma === undefined) {
    return [];
  }
  const plane = { data: luma, stride: strides[0] ?? 0, width: picture.width, height: picture.height };
  return readMarks(plane).map((mark) => ({ ...mark, flash: isFlash(plane, mark) }));
}
