import type { SimulatedHost } from '../host/simulated-host.ts';

/** What a host leaves off. */
export type SilenceKind = 'rtp' | 'rtp-and-rtcp' | 'nothing';

/** Sends nothing of this kind from now on, without saying so; `nothing` ends it. */
export function fallSilent({ media }: Pick<SimulatedHost, 'media'>, kind: SilenceKind): void {
  const silence = { rtp: kind !== 'nothing', rtcp: kind === 'rtp-and-rtcp' };
  media.streams.audio.silence(silence);
  media.streams.video.silence(silence);
}
