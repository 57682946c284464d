import type { LegFigures, StreamCounters } from '#mcu/engine/protocol.ts';
import { type DropCounts, NONE_DROPPED, subtractDrops } from '#mcu/leg/drop-reason.ts';

/** What one direction of a stream brought between two reports. */
export interface StreamProgress {
  readonly packets: number;
  /** Octets of RTP payload. */
  readonly bytes: number;
  readonly lost: number;
}

/** What a leg did between two reports of the engine. */
export interface LegProgress {
  readonly figures: LegFigures;
  /**
   * Seconds between the two. Undefined where rates cannot be made of it: at the first report of a leg, whose counts are from its
   * beginning, and where two came close together, as from a thread that stood still.
   */
  readonly seconds: number | undefined;
  /** Datagrams that were not let in. */
  readonly dropped: DropCounts;
  readonly audio: { readonly in: StreamProgress; readonly out: StreamProgress; readonly concealed: number } | undefined;
  readonly video:
    | {
        readonly in: StreamProgress;
        readonly out: StreamProgress;
        readonly decoded: number;
        readonly leftOut: number;
        readonly freezes: number;
        readonly keyFramesGiven: number;
        readonly keyFrameRequests: Readonly<Record<'pli' | 'fir' | 'signalling', number>>;
      }
    | undefined;
}

/** Reports are a second apart. In less than this (s) what came in a burst would be taken for a rate. */
const SHORTEST = 0.5;

interface Reported {
  readonly at: number;
  readonly figures: LegFigures;
}

/** Makes differences of the counters that legs have run up since they began. Another engine begins them anew. */
export class LegProgresses {
  #last = new Map<string, Reported>();

  /** Takes a report of time `now` (s). Legs that are not in it are forgotten. */
  advance(legs: readonly LegFigures[], now: number): LegProgress[] {
    const before = this.#last;
    this.#last = new Map(legs.map((figures) => [figures.leg, { at: now, figures }]));
    return legs.map((figures) => progressOf(figures, before.get(figures.leg), now));
  }
}

function progressOf(figures: LegFigures, reported: Reported | undefined, now: number): LegProgress {
  const last = reported === undefined || hasBegunAnew(figures, reported.figures) ? undefined : reported;
  const { audio, video } = figures;
  const [audioBefore, videoBefore] = [last?.figures.audio, last?.figures.video];
  const seconds = last === undefined || now - last.at < SHORTEST ? undefined : now - last.at;
  return {
    figures,
    seconds,
    dropped: subtractDrops(figures.dropped, last?.figures.dropped ?? NONE_DROPPED),
    audio: audio && {
      in: between(audio.in, audioBefore?.in),
      out: between(audio.out, audioBefore?.out),
      concealed: grown(audio.concealed, audioBefore?.concealed),
    },
    video: video && {
      in: between(video.in, videoBefore?.in),
      out: between(video.out, videoBefore?.out),
      decoded: grown(video.decoded, videoBefore?.decoded),
      leftOut: grown(video.leftOut, videoBefore?.leftOut),
      freezes: grown(video.freezes, videoBefore?.freezes),
      keyFramesGiven: grown(video.keyFramesGiven, videoBefore?.keyFramesGiven),
      keyFrameRequests: {
        pli: grown(video.keyFrameRequests.pli, videoBefore?.keyFrameRequests.pli),
        fir: grown(video.keyFrameRequests.fir, videoBefore?.keyFrameRequests.fir),
        signalling: grown(video.keyFrameRequests.signalling, videoBefore?.keyFrameRequests.signalling),
      },
    },
  };
}

function hasBegunAnew(now: LegFigures, before: LegFigures): boolean {
  const fell = (media: 'audio' | 'video') => (now[media]?.in.packets ?? 0) < (before[media]?.in.packets ?? 0);
  return fell('audio') || fell('video');
}

function between(now: StreamCounters, before: StreamCounters | undefined): StreamProgress {
  return {
    packets: grown(now.packets, before?.packets),
    bytes: grown(now.bytes, before?.bytes),
    lost: Math.max(0, now.lost - (before?.lost ?? 0)),
  };
}

/** A part of a leg may begin anew, as a rendition does: then it has grown from nothing. */
function grown(now: number, before = 0): number {
  return now >= before ? now - before : now;
}
