import type { SeenMark } from '../host/picture-receiver.ts';
import { BeepDetector } from './beep-detector.ts';
import { FrameFlow } from './frame-flow.ts';
import type { SentFrames } from './sent-frames.ts';
import { Skew } from './skew.ts';
import type { SampleTime, SoundTimeline } from './sound-timeline.ts';

/** A host whose picture and sound are looked for in a mix. */
export interface WatchedSource {
  /** Number in its marks. */
  readonly host: number;
  /** Of its beeps, Hz; a multiple of 100, 400 or more from every other's. */
  readonly frequency: number;
  readonly sent: SentFrames;
}

/** One source as it is seen and heard in one mix. All times in ms. */
export class SourceWatch {
  readonly host: number;
  readonly flow = new FrameFlow();
  /** By when picture and sound were there. */
  readonly skew = new Skew();
  /** By the moments that the far side's sender reports give them: how receivers that play in step show it. */
  readonly reportedSkew = new Skew();
  readonly #source: WatchedSource;
  readonly #beeps: BeepDetector;
  readonly #delays: number[] = [];
  #newest: number | undefined;

  constructor(source: WatchedSource) {
    this.host = source.host;
    this.#source = source;
    this.#beeps = new BeepDetector(source.frequency);
  }

  /** From the sending of each new frame to its decoding in the mix. */
  get delays(): readonly number[] {
    return this.#delays;
  }

  /** The source's picture was there at `time.at`, in a picture meant for `time.meant`. */
  seen({ frame, flash }: SeenMark, time: SampleTime): void {
    if (frame === this.#newest) {
      return;
    }
    this.#newest = frame;
    this.flow.shown(frame, time.at);
    const sentAt = this.#source.sent.sentAt(frame, time.at);
    if (sentAt !== undefined) {
      this.#delays.push(time.at - sentAt);
    }
    if (flash) {
      this.skew.flash(time.at);
      if (time.meant !== undefined) {
        this.reportedSkew.flash(time.meant);
      }
    }
  }

  /** The next samples of the mix, which are at the end of `timeline`. */
  heard(samples: Float32Array, timeline: SoundTimeline): void {
    for (const sample of this.#beeps.push(samples)) {
      const time = timeline.timeOf(sample);
      if (time === undefined) {
        continue;
      }
      this.skew.beep(time.at);
      if (time.meant !== undefined) {
        this.reportedSkew.beep(time.meant);
      }
    }
  }
}
