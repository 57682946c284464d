import type { H264Codec, H264Limits, VideoCodec } from './description.ts';
import { highestLevelWithin, levelLimits, lowerLevel } from './h264-level.ts';

/**
 * A codec of ours as it stands in a description that we write. H.264 always names max-fs and max-mbps, which some MCUs demand
 * (Polycom DMA), and max-br where the bit rate that we take is above the level's.
 * @param videoBitRate our ceiling, bit/s
 */
export function announced(codec: VideoCodec, videoBitRate: number): VideoCodec {
  if (codec.name !== 'H264') return codec;
  const { maxBr: _, ...h264 } = codec.h264;
  const ofLevel = levelLimits(h264.level);
  const maxBr = Math.floor(videoBitRate / 1000);
  return {
    ...codec,
    h264: {
      ...h264,
      maxFs: Math.max(h264.maxFs ?? 0, ofLevel.maxFs),
      maxMbps: Math.max(h264.maxMbps ?? 0, ofLevel.maxMbps),
      ...(maxBr > ofLevel.maxBr && { maxBr }),
    },
  };
}

/**
 * What we answer to one H.264 payload type of an offer (RFC 6184 §8.2.2): profile and packetization-mode are the offered ones.
 * The level is ours where both sides allow that it differs by direction; else it may not be above the offered one. A peer
 * that names a level above ours and no max-fs knows levels only: it gets the highest that our max-fs and max-mbps cover.
 * @param ours an entry of the local capabilities that fits `offered`
 */
export function answeredH264(offered: H264Limits, ours: H264Codec): H264Limits {
  const { h264 } = ours;
  const ofLevel = levelLimits(h264.level);
  const covered = highestLevelWithin(h264.maxFs ?? ofLevel.maxFs, h264.maxMbps ?? ofLevel.maxMbps);
  const reachable = lowerLevel(offered.level, covered);
  const isRaised = offered.maxFs === undefined && lowerLevel(reachable, h264.level) === h264.level;
  const ourLevel = isRaised ? reachable : h264.level;
  const levelAsymmetryAllowed = offered.levelAsymmetryAllowed && h264.levelAsymmetryAllowed;
  const { profileSpelling: _, maxBr: __, ...limits } = h264;
  return {
    ...limits,
    profile: offered.profile,
    ...(offered.profileSpelling !== undefined && { profileSpelling: offered.profileSpelling }),
    packetizationMode: offered.packetizationMode,
    levelAsymmetryAllowed,
    level: levelAsymmetryAllowed ? ourLevel : lowerLevel(offered.level, ourLevel),
  };
}
