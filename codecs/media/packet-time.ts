import type { AudioCodec } from './description.ts';

/** What we send unless asked otherwise, ms (RFC 3551 §4.2). */
const USUAL = 20;

const OF_OPUS: readonly number[] = [10, 20, 40, 60];
const OF_G7XX: readonly number[] = [10, 20, 30, 40, 60];

/** The packet time that we send with, ms: the longest that the codec has and that is not above the peer's a=ptime. */
export function packetTimeFor(codec: AudioCodec, asked: number | undefined): number {
  if (asked === undefined) return USUAL;
  const possible = codec.name === 'opus' ? OF_OPUS : OF_G7XX;
  return possible.findLast((time) => time <= asked) ?? USUAL;
}
