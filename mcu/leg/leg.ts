import type { VideoCodec } from '#codecs/media/description.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import type { EncodedFrame } from '#codecs/rtp/payload/video-payload.ts';
import type { Clock } from '../engine/clock.ts';
import type { LegDesired, LegFigures, MixFigures } from '../engine/protocol.ts';
import type { LegRecord } from '../engine/resume-record.ts';
import type { PictureOrigin, ShownPicture } from '../picture/picture-origin.ts';
import type { SoundParty } from '../sound/sound-mixer.ts';
import type { DtmfMethod } from './audio-receiver.ts';
import { AudioStream } from './audio-stream.ts';
import { addDrops, NONE_DROPPED } from './drop-reason.ts';
import { LegTrace } from './leg-trace.ts';
import { MixTiming } from './mix-timing.ts';
import { VideoStream } from './video-stream.ts';

/** What a leg tells the I/O thread. */
export interface LegOutput {
  frame(leg: string, codec: VideoCodec['name'], frame: EncodedFrame, origin: PictureOrigin): void;
  packet(leg: string, packet: RtpPacket, lostBefore: number): void;
  /** A receiver of another leg's own picture wants a key frame of it. */
  sourceKeyFrameAsked(leg: string): void;
  keyFrameAsked(rendition: string): void;
  keyFrameWantedBySignalling(leg: string): void;
  dtmf(leg: string, digit: string, method: DtmfMethod): void;
  fault(leg: string, error: unknown): void;
  /** Runs what a datagram brings about; does not throw. */
  guarded(work: () => void): void;
}

/** What the picture thread puts in. */
const NOT_KNOWN_HERE = { decoded: 0, leftOut: 0, hold: 0, width: 0, height: 0, freezes: 0 } as const;

/** The media side of one call in the I/O thread: its sound and its picture. */
export class Leg {
  readonly id: string;
  readonly video: VideoStream | undefined;
  /** What it did, for diagnosis. */
  readonly trace: LegTrace;
  readonly #audio: AudioStream | undefined;
  readonly #timing = new MixTiming();
  #desired: LegDesired;
  /** Time (ms) of the first packet of the party's picture or sound. */
  #firstHeardAt: number | undefined;

  /** `resumed`: the same leg in another engine. */
  constructor(desired: LegDesired, clock: Clock, output: LegOutput, resumed?: LegRecord) {
    const { id, cname } = desired;
    this.id = id;
    this.#desired = desired;
    this.trace = new LegTrace((now) => clock.wall(now));
    this.#audio =
      desired.audio === undefined
        ? undefined
        : new AudioStream(
            desired.audio,
            cname,
            clock,
            {
              dtmf: (digit, method) => output.dtmf(id, digit, method),
              fault: (error) => output.fault(id, error),
              guarded: (work) => output.guarded(work),
            },
            this.trace,
            resumed?.audio,
          );
    this.video =
      desired.video === undefined
        ? undefined
        : new VideoStream(
            desired.video,
            cname,
            clock,
            {
              frame: (codec, frame, times) =>
                output.frame(id, codec, frame, { ...times, soundDelay: this.#audio?.soundDelay(times.arrivedAt) }),
              packet: (packet, lostBefore) => output.packet(id, packet, lostBefore),
              sourceKeyFrameAsked: (source) => output.sourceKeyFrameAsked(source),
              keyFrameAsked: (rendition) => output.keyFrameAsked(rendition),
              keyFrameWantedBySignalling: () => output.keyFrameWantedBySignalling(id),
              guarded: (work) => output.guarded(work),
            },
            this.trace,
            resumed?.video && { record: resumed.video, at: resumed.at },
          );
  }

  /** Binds all sockets. Rejects, with everything closed, when a port is taken. */
  async bind(): Promise<void> {
    const results = await Promise.allSettled([this.#audio?.bind(), this.video?.bind()]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      this.close();
      throw failed.reason;
    }
  }

  /** Whether the ports are still the same: else the leg must be made anew. */
  accepts(desired: LegDesired): boolean {
    return (
      desired.audio?.local.port === this.#desired.audio?.local.port &&
      desired.video?.local.port === this.#desired.video?.local.port
    );
  }

  update(desired: LegDesired): void {
    this.#desired = desired;
    if (desired.audio !== undefined) {
      this.#audio?.update(desired.audio, desired.host);
    }
    if (desired.video !== undefined) {
      this.video?.update(desired.video, desired.host);
    }
  }

  /** What another engine must know to go on with the leg; `now` in ms. */
  record(now: number): LegRecord {
    return {
      leg: this.id,
      at: now,
      ...(this.#audio === undefined ? {} : { audio: this.#audio.record }),
      ...(this.video === undefined ? {} : { video: this.video.record }),
    };
  }

  /** How the sound mixer sees the leg; undefined where it has no sound. */
  soundParty(): SoundParty | undefined {
    return this.#audio?.party(this.id, this.#desired.lesson);
  }

  tick(now: number): void {
    this.#audio?.tick(now);
    this.video?.tick(now);
    if (this.#firstHeardAt === undefined && (this.#audio?.hasReceived === true || this.video?.hasReceived === true)) {
      this.#firstHeardAt = now;
    }
  }

  /** A picture of the party left in a mix at `now` (ms). */
  leftInMix({ origin, soundDelayWanted }: ShownPicture, now: number): void {
    this.#timing.left(origin, this.#audio?.soundLatency, now);
    this.#audio?.waitForPictures(soundDelayWanted, now);
  }

  /** What the I/O thread knows; the picture thread adds sizes and freezes. `rates`: bit/s of each rendition. */
  figures(now: number, rates: ReadonlyMap<string, number> = new Map()): LegFigures {
    const { lesson } = this.#desired;
    const targetBitRate = (this.video?.renditions ?? []).reduce((sum, id) => sum + (rates.get(id) ?? 0), 0);
    const heardAt = Math.max(this.#audio?.heardAt ?? 0, this.video?.heardAt ?? 0);
    return {
      leg: this.id,
      lesson,
      silentFor: now - heardAt,
      dropped: addDrops(this.#audio?.dropped ?? NONE_DROPPED, this.video?.dropped ?? NONE_DROPPED),
      ...(this.#firstHeardAt === undefined ? {} : { heardFor: now - this.#firstHeardAt }),
      ...(this.#audio === undefined ? {} : { audio: this.#audio.figures() }),
      ...(this.video === undefined
        ? {}
        : { video: { ...this.video.figures(), ...this.#mixFigures(), targetBitRate, ...NOT_KNOWN_HERE } }),
    };
  }

  #mixFigures(): MixFigures {
    const { delays, skew } = this.#timing.take();
    return { mixDelays: delays, ...(skew === undefined ? {} : { skew }) };
  }

  close(): void {
    this.#audio?.close();
    this.video?.close();
  }
}
