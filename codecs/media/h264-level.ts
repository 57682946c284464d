/** What H.264 lets a stream of one level do (ITU-T H.264 table A-1). */
export interface LevelLimits {
  /** level_idc as in `H264Limits.level`: 9 stands for level 1b. */
  readonly level: number;
  /** MaxMBPS: macroblocks per second. */
  readonly maxMbps: number;
  /** MaxFS: macroblocks per frame. */
  readonly maxFs: number;
  /** MaxBR in units of 1000 bit/s (VCL, Baseline, Main and Extended profile). */
  readonly maxBr: number;
}

/** In rising order: level 1b stands between 1 and 1.1. */
const LEVELS: readonly [LevelLimits, ...LevelLimits[]] = [
  { level: 10, maxMbps: 1485, maxFs: 99, maxBr: 64 },
  { level: 9, maxMbps: 1485, maxFs: 99, maxBr: 128 },
  { level: 11, maxMbps: 3000, maxFs: 396, maxBr: 192 },
  { level: 12, maxMbps: 6000, maxFs: 396, maxBr: 384 },
  { level: 13, maxMbps: 11880, maxFs: 396, maxBr: 768 },
  { level: 20, maxMbps: 11880, maxFs: 396, maxBr: 2000 },
  { level: 21, maxMbps: 19800, maxFs: 792, maxBr: 4000 },
  { level: 22, maxMbps: 20250, maxFs: 1620, maxBr: 4000 },
  { level: 30, maxMbps: 40500, maxFs: 1620, maxBr: 10000 },
  { level: 31, maxMbps: 108000, maxFs: 3600, maxBr: 14000 },
  { level: 32, maxMbps: 216000, maxFs: 5120, maxBr: 20000 },
  { level: 40, maxMbps: 245760, maxFs: 8192, maxBr: 20000 },
  { level: 41, maxMbps: 245760, maxFs: 8192, maxBr: 50000 },
  { level: 42, maxMbps: 522240, maxFs: 8704, maxBr: 50000 },
  { level: 50, maxMbps: 589824, maxFs: 22080, maxBr: 135000 },
  { level: 51, maxMbps: 983040, maxFs: 36864, maxBr: 240000 },
  { level: 52, maxMbps: 2073600, maxFs: 36864, maxBr: 240000 },
  { level: 60, maxMbps: 4177920, maxFs: 139264, maxBr: 240000 },
  { level: 61, maxMbps: 8355840, maxFs: 139264, maxBr: 480000 },
  { level: 62, maxMbps: 16711680, maxFs: 139264, maxBr: 800000 },
];

/** Place of a level in rising order; a level that the table lacks counts as the next lower one. */
function rank(level: number): number {
  const exact = LEVELS.findIndex((row) => row.level === level);
  if (exact >= 0) return exact;
  return Math.max(
    0,
    LEVELS.findLastIndex((row) => row.level !== 9 && row.level <= level),
  );
}

/** The limits of a level; of the next lower one where a peer invents a level (below level 1: level 1). */
export function levelLimits(level: number): LevelLimits {
  return LEVELS[rank(level)] ?? LEVELS[0];
}

/** The lower of two levels. */
export function lowerLevel(a: number, b: number): number {
  return rank(b) < rank(a) ? b : a;
}

/**
 * The highest level all of whose pictures a receiver takes that can do `maxFs` macroblocks a frame and `maxMbps` a second; level 1 if none.
 * Bit rates do not count: they are bound by b=.
 */
export function highestLevelWithin(maxFs: number, maxMbps: number): number {
  return (LEVELS.findLast((row) => row.maxFs <= maxFs && row.maxMbps <= maxMbps) ?? LEVELS[0]).level;
}
