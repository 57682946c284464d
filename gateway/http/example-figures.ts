/** Reports of the engine, and the reading of what becomes of them, for tests. */
import assert from 'node:assert/strict';
import type { FactOf, LegFigures, StreamCounters } from '#mcu/engine/protocol.ts';
import { NONE_DROPPED } from '#mcu/leg/drop-reason.ts';

type Video = NonNullable<LegFigures['video']>;
type Audio = NonNullable<LegFigures['audio']>;

/** Counters of a stream in which nothing came yet. */
export function counters(changes: Partial<StreamCounters> = {}): StreamCounters {
  return { packets: 0, bytes: 0, lost: 0, jitter: 0, ...changes };
}

/** The figures of a picture. */
export function videoFigures(changes: Partial<Video> = {}): Video {
  const keyFrames = { keyFramesAsked: 0, keyFramesGiven: 0, keyFrameRequests: { pli: 0, fir: 0, signalling: 0 } };
  const mix = { hold: 0, mixDelays: [], keyFrameWaits: [], targetBitRate: 0 };
  const picture = { decoded: 0, leftOut: 0, width: 640, height: 360, freezes: 0 };
  return { in: counters(), out: counters(), ...picture, ...keyFrames, ...mix, ...changes };
}

/** The figures of a party’s sound. */
export function audioFigures(changes: Partial<Audio> = {}): Audio {
  return { in: counters(), out: counters(), concealed: 0, playoutDelay: 0, ...changes };
}

/** The figures of a leg. */
export function legFigures(leg: string, changes: Partial<LegFigures> = {}): LegFigures {
  return { leg, lesson: '1001', silentFor: 0, dropped: NONE_DROPPED, ...changes };
}

/** What an engine reports of a second. */
export function report(legs: LegFigures[], changes: Partial<FactOf<'figures'>> = {}): FactOf<'figures'> {
  const base = { at: 0, mixTimes: [], ticksSkipped: 0, eventLoopDelay: { picture: 4, io: 2 } };
  return { type: 'figures', legs, ...base, ...changes };
}

/** Values of an exposition by name and labels, without `classbridge_`. */
export function samples(text: string): ReadonlyMap<string, number> {
  const read = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^classbridge_(\w+(?:\{[^}]*\})?) (\S+)$/.exec(line);
    if (match !== null) {
      read.set(match[1] ?? '', match[2] === 'Nan' ? Number.NaN : Number(match[2]));
    } else if (line !== '') {
      assert.match(line, /^# (HELP|TYPE) classbridge_\w+ .+$/);
    }
  }
  return read;
}
