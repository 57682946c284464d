import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import type { SentForwardRecord, VideoRecord } from '../engine/resume-record.ts';
import { newSourceNumbers, pictureLeap, resumedSourceNumbers, type SourceNumbers } from './video-sender.ts';

/** The picture of a leg as another engine left it, `at` being the time of the record (ms). */
export interface VideoLeft {
  readonly record: VideoRecord;
  readonly at: number;
}

/** Sources that are remembered for another engine. */
const MOST_SOURCES = 8;

/**
 * The numbers of every source of pictures that a stream sends or has sent, by SSRC: rooms on hold, or sent another rendition, must
 * not see a source jump that still bears its name; nor rooms whose engine is another one.
 */
export class VideoNumbers {
  readonly #left: VideoLeft | undefined;
  readonly #numbers = new Map<number, SourceNumbers>();

  constructor(left: VideoLeft | undefined) {
    this.#left = left;
  }

  /** Of every source that this engine has sent, or is about to. */
  get all(): readonly SourceNumbers[] {
    return [...this.#numbers.values()];
  }

  /** The numbers that renditions under this SSRC go on with; `now` in ms. */
  of(ssrc: number, media: NegotiatedVideo, now: number): SourceNumbers {
    const numbers = this.#numbers.get(ssrc) ?? this.#begin(ssrc, media, now);
    this.#numbers.set(ssrc, numbers);
    return numbers;
  }

  /** What a forward under this SSRC goes on from; undefined where it is new. */
  forward(ssrc: number, media: NegotiatedVideo, now: number): { record: SentForwardRecord; leap: number } | undefined {
    const record = this.#left?.record.forwards.find((forward) => forward.ssrc === ssrc);
    return record && { record, leap: this.#leap(media, now) };
  }

  /** What another engine must know, with that of sources that the one before sent and this one has not yet. */
  get records(): VideoRecord['renditions'] {
    const before = this.#left?.record.renditions.filter(({ ssrc }) => !this.#numbers.has(ssrc)) ?? [];
    const sent = [...this.#numbers.values()].flatMap(({ stream: { record }, timestampOffset }) =>
      record === undefined ? [] : [{ ...record, timestampOffset }],
    );
    return [...before, ...sent].slice(-MOST_SOURCES);
  }

  #begin(ssrc: number, media: NegotiatedVideo, now: number): SourceNumbers {
    const { clockRate } = media.send;
    const record = this.#left?.record.renditions.find((rendition) => rendition.ssrc === ssrc);
    return record === undefined
      ? newSourceNumbers(ssrc, clockRate, Math.random)
      : resumedSourceNumbers(record, clockRate, this.#leap(media, now));
  }

  #leap(media: NegotiatedVideo, now: number): number {
    return pictureLeap(media, now - (this.#left?.at ?? now));
  }
}
