import type { LegRecord } from './resume-record.ts';

/** ms between two reports of a leg that only sends on. */
const REPORT_DISTANCE = 1000;

/**
 * Which records the gateway is to be told: each leg's every second, and at once when something is new that it could not reckon
 * itself: a source of ours, the party's source, where media go.
 */
export class RecordReporter {
  readonly #told = new Map<string, { readonly identity: string; readonly at: number }>();

  /** The records to be told of all the legs that there are now. */
  due(records: readonly LegRecord[]): LegRecord[] {
    const due = records.filter((record) => {
      const told = this.#told.get(record.leg);
      return told === undefined || record.at - told.at >= REPORT_DISTANCE || told.identity !== identityOf(record);
    });
    for (const record of due) {
      this.#told.set(record.leg, { identity: identityOf(record), at: record.at });
    }
    if (this.#told.size > records.length) {
      const there = new Set(records.map(({ leg }) => leg));
      for (const leg of this.#told.keys()) {
        if (!there.has(leg)) {
          this.#told.delete(leg);
        }
      }
    }
    return due;
  }
}

function identityOf({ audio, video }: LegRecord): string {
  const ssrcs = (sources: readonly { readonly ssrc: number }[]) => sources.map(({ ssrc }) => ssrc);
  return JSON.stringify([
    audio?.session,
    audio?.sent?.ssrc,
    audio?.sent?.clockRate,
    video?.session,
    video?.mediaSsrc,
    video?.firSequence,
    ssrcs(video?.renditions ?? []),
    ssrcs(video?.forwards ?? []),
  ]);
}
