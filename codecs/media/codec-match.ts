import type { AudioCodec, Codec, H264Codec, TelephoneEventCodec, VideoCodec } from './description.ts';
import { covers } from './h264-profile.ts';

/** Whether a codec carries sound. */
export function isAudio(codec: Codec): codec is AudioCodec {
  return codec.name === 'opus' || codec.name === 'G722' || codec.name === 'PCMA' || codec.name === 'PCMU';
}

/** Whether a codec carries pictures. */
export function isVideo(codec: Codec): codec is VideoCodec {
  return 'feedback' in codec;
}

/** Whether a codec carries DTMF digits as events. */
export function isTelephoneEvent(codec: Codec): codec is TelephoneEventCodec {
  return codec.name === 'telephone-event';
}

/** Our audio codec that is the same as theirs, whatever its payload type. */
export function matchingAudio<C extends AudioCodec | TelephoneEventCodec>(
  theirs: Codec,
  ours: readonly C[],
): C | undefined {
  return ours.find((codec) => codec.name === theirs.name && codec.clockRate === theirs.clockRate);
}

/**
 * Our video codec that fits theirs, whatever its payload type. H.264 fits by packetization-mode and profile (RFC 6184 §8.2.2):
 * the same profile if we have it, else one whose decoder takes theirs.
 */
export function matchingVideo(theirs: Codec, ours: readonly VideoCodec[]): VideoCodec | undefined {
  return theirs.name === 'H264' ? matchingH264(theirs, ours) : ours.find(({ name }) => name === theirs.name);
}

function matchingH264(theirs: H264Codec, ours: readonly VideoCodec[]): H264Codec | undefined {
  const { profile, packetizationMode } = theirs.h264;
  const h264 = ours.filter((codec) => codec.name === 'H264');
  const sameMode = h264.filter((codec) => codec.h264.packetizationMode === packetizationMode);
  if (sameMode.length === 0) return undefined;
  const exact =
    sameMode.find((codec) => codec.h264.profile === profile) ??
    sameMode.find((codec) => covers(codec.h264.profile, profile));
  // What profiles the decoder takes does not depend on the packetization: one entry that covers the profile speaks for all modes.
  return exact ?? h264.find((codec) => covers(codec.h264.profile, profile));
}
