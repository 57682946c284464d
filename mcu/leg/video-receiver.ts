import type { VideoCodec } from '#codecs/media/description.ts';
import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { KeyFrameLadder, type KeyFrameRequest } from '#codecs/rtcp/key-frame-ladder.ts';
import type { SenderReport } from '#codecs/rtcp/report.ts';
import { ReportClock } from '#codecs/rtcp/report-clock.ts';
import { NackGenerator } from '#codecs/rtp/nack-generator.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { newDepacketiser } from '#codecs/rtp/payload/new-depacketiser.ts';
import type { EncodedFrame, VideoDepacketiser } from '#codecs/rtp/payload/video-payload.ts';
import { ReceptionStatistics } from '#codecs/rtp/reception-statistics.ts';
import { ReorderBuffer } from '#codecs/rtp/reorder-buffer.ts';
import { TimestampUnwrapper } from '#codecs/rtp/sequence-number.ts';
import { SourceTracker } from '#codecs/rtp/source-validation.ts';
import type { PictureOrigin } from '../picture/picture-origin.ts';
import { KeyFrameLatency } from './key-frame-latency.ts';

/** When a picture came, and what it says of when it was taken: see PictureOrigin. */
export type PictureArrival = Omit<PictureOrigin, 'soundDelay'>;

/** What a receiver gives and asks for. */
export interface VideoReceiverOutput {
  frame(codec: VideoCodec['name'], frame: EncodedFrame, times: PictureArrival): void;
  /** A packet in its place in the sequence, for those who take the stream as it is. */
  packet(packet: RtpPacket, lostBefore: number): void;
  /** Packets to be asked for again. */
  nack(mediaSsrc: number, sequenceNumbers: number[]): void;
  /** A key frame is to be asked for in this way. */
  keyFrame(request: KeyFrameRequest, mediaSsrc: number): void;
  /** A key frame came that was needed for `waited` ms. */
  keyFrameCame?(waited: number, now: number): void;
}

/** ms that a gap is waited for: with NACK a round trip and a half of a poor line, without it only reordering. */
const WAIT_WITH_NACK = 120;
const WAIT_FOR_REORDERED = 30;
/** Round trip that is assumed before it is known, ms. */
const ASSUMED_ROUND_TRIP = 60;
/** Nobody is asked for a key frame who has sent nothing for this long, ms. */
const SILENT_AFTER = 5000;
const CLOCK_RATE = 90_000;

/** The pictures that one party sends: follows its source, puts packets in order, asks for what is missing. */
export class VideoReceiver {
  readonly statistics = new ReceptionStatistics(CLOCK_RATE);
  readonly keyFrameLatency = new KeyFrameLatency();
  readonly #clock = new ReportClock(CLOCK_RATE);
  readonly #output: VideoReceiverOutput;
  readonly #tracker = new SourceTracker();
  #timestamps = new TimestampUnwrapper();
  #codecs = new Map<number, VideoCodec>();
  #media: NegotiatedVideo;
  #reorder: ReorderBuffer;
  #nack = new NackGenerator();
  #ladder: KeyFrameLadder;
  #depacketiser: { readonly payloadType: number; readonly native: VideoDepacketiser } | undefined;
  #keyFramesAsked = 0;
  #keyFrames = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  /** The source that another engine listened to, until it is heard. */
  #expected: number | undefined;

  constructor(media: NegotiatedVideo, output: VideoReceiverOutput) {
    this.#output = output;
    this.#media = media;
    this.#reorder = this.#newReorderBuffer();
    this.#ladder = this.#newLadder();
    this.update(media);
  }

  get keyFramesAsked(): number {
    return this.#keyFramesAsked;
  }

  /** Source that is listened to; undefined before the first packet. */
  get mediaSsrc(): number | undefined {
    return this.#tracker.ssrc;
  }

  /** Offer and answer changed. */
  update(media: NegotiatedVideo): void {
    const before = feedbackOf(this.#media);
    this.#media = media;
    this.#codecs = new Map(media.receive.map((codec) => [codec.payloadType, codec]));
    this.#reorder.maxWaitMs = this.#wait();
    if (JSON.stringify(feedbackOf(media)) !== JSON.stringify(before)) {
      this.#ladder = this.#newLadder();
    }
  }

  push(packet: RtpPacket, now: number): void {
    if (!this.#codecs.has(packet.payloadType)) {
      return;
    }
    this.#heardAt = now;
    this.#expected = undefined;
    const { verdict, packets } = this.#tracker.decide(packet, now);
    if (verdict === 'switched') {
      this.#reorder = this.#newReorderBuffer();
      this.#nack = new NackGenerator();
      this.#timestamps = new TimestampUnwrapper();
      this.#depacketiser = undefined;
      this.#ladder.need(now);
    }
    for (const accepted of packets) {
      this.statistics.received(accepted, now);
      this.#reorder.push(accepted, now);
    }
    this.#drain(now);
  }

  /** A sender report of the party came. */
  senderReport(report: SenderReport, now: number): void {
    this.statistics.senderReport(report, now);
    this.#clock.report(report);
  }

  /** The source said goodbye. */
  leave(ssrc: number): void {
    this.#tracker.leave(ssrc);
  }

  /** Another engine listened to this source: it is asked for a key frame before it is heard. */
  expect(mediaSsrc: number, now: number): void {
    this.#expected = mediaSsrc;
    this.#heardAt = now;
    this.needKeyFrame(now);
  }

  /** The decoder cannot go on. */
  needKeyFrame(now: number): void {
    this.#ladder.need(now);
    this.#askKeyFrame(now);
  }

  /** Gives up gaps, repeats requests. `roundTrip` in ms where it is known. */
  tick(now: number, roundTrip: number | undefined): void {
    this.#drain(now);
    const ssrc = this.#tracker.ssrc;
    if (ssrc === undefined) {
      return;
    }
    if (feedbackOf(this.#media).nack) {
      if (!this.#nack.update(this.#reorder.missing(), now)) {
        this.#ladder.need(now);
      }
      const missing = this.#nack.due(now, roundTrip ?? ASSUMED_ROUND_TRIP);
      if (missing.length > 0) {
        this.#output.nack(ssrc, missing);
      }
    }
    this.#askKeyFrame(now);
  }

  #drain(now: number): void {
    for (const { packet, lostBefore } of this.#reorder.pop(now).packets) {
      const codec = this.#codecs.get(packet.payloadType);
      if (codec === undefined) {
        continue;
      }
      this.#output.packet(packet, lostBefore);
      for (const frame of this.#depacketiserFor(codec).push(packet, lostBefore)) {
        this.#onFrame(codec, frame, now);
      }
    }
  }

  #onFrame(codec: VideoCodec, frame: EncodedFrame, now: number): void {
    if (frame.isCorrupt) {
      this.#ladder.need(now);
    } else if (frame.isKeyFrame) {
      this.#keyFrames += 1;
      this.keyFrameLatency.came(now);
      const waited = this.#ladder.satisfied(now);
      if (waited !== undefined) {
        this.#output.keyFrameCame?.(waited, now);
      }
    } else if (this.#keyFrames === 0) {
      this.#ladder.need(now);
    }
    const mediaTime = (this.#timestamps.unwrap(frame.timestamp) * 1000) / CLOCK_RATE;
    this.#output.frame(codec.name, frame, { arrivedAt: now, mediaTime, takenAt: this.#takenAt(frame.timestamp) });
  }

  /** When the party took the picture with this RTP timestamp, Unix ms on its clock; undefined before its reports tell. */
  #takenAt(timestamp: number): number | undefined {
    const ssrc = this.#tracker.ssrc;
    return ssrc === undefined ? undefined : this.#clock.at(ssrc, timestamp);
  }

  #askKeyFrame(now: number): void {
    const ssrc = now - this.#heardAt < SILENT_AFTER ? (this.#tracker.ssrc ?? this.#expected) : undefined;
    const request = ssrc === undefined ? undefined : this.#ladder.due(now);
    if (ssrc !== undefined && request !== undefined) {
      this.#keyFramesAsked += 1;
      this.keyFrameLatency.requested(request, now);
      this.#output.keyFrame(request, ssrc);
    }
  }

  #depacketiserFor(codec: VideoCodec): VideoDepacketiser {
    if (this.#depacketiser?.payloadType !== codec.payloadType) {
      this.#depacketiser = { payloadType: codec.payloadType, native: depacketiserFor(codec) };
    }
    return this.#depacketiser.native;
  }

  #newReorderBuffer(): ReorderBuffer {
    return new ReorderBuffer({ maxWaitMs: this.#wait() });
  }

  #wait(): number {
    return feedbackOf(this.#media).nack ? WAIT_WITH_NACK : WAIT_FOR_REORDERED;
  }

  #newLadder(): KeyFrameLadder {
    const { pli, fir } = feedbackOf(this.#media);
    return new KeyFrameLadder({ pli, fir, info: true });
  }
}

function feedbackOf(media: NegotiatedVideo): VideoCodec['feedback'] {
  return media.receive[0]?.feedback ?? media.send.feedback;
}

function depacketiserFor(codec: VideoCodec): VideoDepacketiser {
  const parameterSets = codec.name === 'H264' ? (codec.parameterSets ?? []) : [];
  return newDepacketiser(
    codec.name,
    parameterSets.map((text) => Buffer.from(text, 'base64')),
  );
}
