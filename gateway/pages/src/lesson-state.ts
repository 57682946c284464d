import type { PartyInfo, Reception } from '#signaling/webrtc/protocol.ts';
import type { PageFault } from './page-fault.ts';

/** Where a party stands on its way through a lesson. */
export const LESSON_PHASES = ['connecting', 'in-lesson', 'reconnecting', 'left', 'failed'] as const;
/** One of `LESSON_PHASES`. */
export type LessonPhase = (typeof LESSON_PHASES)[number];

/** What the lesson view draws. */
export interface LessonState {
  readonly phase: LessonPhase;
  /** Why it is `reconnecting` or `failed`; in the lesson: what is amiss without ending it. */
  readonly fault: PageFault | undefined;
  /** When the next try comes while `reconnecting`, milliseconds of `Date.now`; undefined while it is under way. */
  readonly retryAt: number | undefined;
  readonly title: string;
  /** Our own id among the parties. */
  readonly party: string | undefined;
  readonly parties: readonly PartyInfo[];
  readonly reception: Reception;
  /** What is received, by source: `mix` or the id of a party. */
  readonly streams: ReadonlyMap<string, MediaStream>;
  /** Media flows. */
  readonly mediaConnected: boolean;
}
