import type { LegFigures, StreamCounters } from '#mcu/engine/protocol.ts';

/** Of a leg's figures, what tells whether and how its media flow: counters since the leg began. */
export interface FlowFigures {
  /** ms since anything came. */
  readonly silentFor: number;
  /** Datagrams that came and were not used, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly audio?: { readonly in: StreamCounters; readonly out: StreamCounters; readonly concealed: number };
  readonly video?: {
    readonly in: StreamCounters;
    readonly out: StreamCounters;
    readonly decoded: number;
    readonly width: number;
    readonly height: number;
    readonly freezes: number;
    readonly keyFramesAsked: number;
    readonly keyFramesGiven: number;
  };
}

/** Takes what is kept of a report out of it: reports hold much that is for metrics alone. */
export function flowFigures({ silentFor, dropped, audio, video }: LegFigures): FlowFigures {
  return {
    silentFor: Math.round(silentFor),
    dropped,
    ...(audio === undefined ? {} : { audio: { in: audio.in, out: audio.out, concealed: audio.concealed } }),
    ...(video === undefined ? {} : { video: videoFlow(video) }),
  };
}

function videoFlow(video: NonNullable<LegFigures['video']>): NonNullable<FlowFigures['video']> {
  const { decoded, width, height, freezes, keyFramesAsked, keyFramesGiven } = video;
  return { in: video.in, out: video.out, decoded, width, height, freezes, keyFramesAsked, keyFramesGiven };
}
