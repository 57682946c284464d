import type { Codec } from './description.ts';

/** Dynamic payload types (RFC 3551 §3), and after them the unassigned ones that RTP/RTCP multiplexing leaves free (RFC 5761 §4). */
const DYNAMIC: readonly number[] = [
  ...Array.from({ length: 32 }, (_, i) => 96 + i),
  ...Array.from({ length: 29 }, (_, i) => 35 + i),
];

/**
 * The codecs of a line that is offered again: all of ours, in our order. A payload type means the same for the life of a dialog
 * (RFC 3264 §8.3.2): a codec that the line had keeps its number, and a new one gets a number that the line does not use.
 */
export function mergedCodecs(before: readonly Codec[], ours: readonly Codec[]): readonly Codec[] {
  const used = new Set(before.map(({ payloadType }) => payloadType));
  const left = [...before];
  const merged = ours.flatMap((codec): Codec[] => {
    const place = left.findIndex((old) => isSameConfiguration(old, codec));
    const [kept] = place < 0 ? [] : left.splice(place, 1);
    if (kept !== undefined) return [renewed(codec, kept)];
    const payloadType = used.has(codec.payloadType)
      ? DYNAMIC.find((candidate) => !used.has(candidate))
      : codec.payloadType;
    if (payloadType === undefined) return [];
    used.add(payloadType);
    return [{ ...codec, payloadType }];
  });
  return [...merged, ...left];
}

/** Our codec under the number, and for H.264 the spelling of the profile, that it had. */
function renewed(codec: Codec, kept: Codec): Codec {
  const { payloadType } = kept;
  if (codec.name !== 'H264' || kept.name !== 'H264') return { ...codec, payloadType };
  const { profile, profileSpelling } = kept.h264;
  return {
    ...codec,
    payloadType,
    h264: { ...codec.h264, profile, ...(profileSpelling !== undefined && { profileSpelling }) },
  };
}

function isSameConfiguration(a: Codec, b: Codec): boolean {
  if (a.name !== 'H264' || b.name !== 'H264') return a.name === b.name && a.clockRate === b.clockRate;
  const plain = (profile: string) => (profile === 'baseline' ? 'constrained-baseline' : profile);
  return a.h264.packetizationMode === b.h264.packetizationMode && plain(a.h264.profile) === plain(b.h264.profile);
}
