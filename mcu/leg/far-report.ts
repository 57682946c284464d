import type { SendStream } from './send-stream.ts';

/** What the far side's last reports say of our sources (RFC 3550 §6.4.1). */
export interface FarReport {
  /** Share of our packets that it missed between its last two reports, 0 to 1. */
  readonly lossRatio?: number;
  /** ms. */
  readonly roundTrip?: number;
}

/** The worst of some sources; nothing of what none was reported. */
export function worstReport(streams: readonly Pick<SendStream, 'lossRatio' | 'roundTrip'>[]): FarReport {
  const ratios = streams.flatMap(({ lossRatio }) => lossRatio ?? []);
  const trips = streams.flatMap(({ roundTrip }) => roundTrip ?? []);
  return {
    ...(ratios.length === 0 ? {} : { lossRatio: Math.max(...ratios) }),
    ...(trips.length === 0 ? {} : { roundTrip: Math.max(...trips) }),
  };
}
