import { PICTURE_SIZES, type PictureIntervals, type PictureSize, type VideoCodec } from './description.ts';
import { levelLimits } from './h264-level.ts';

/** A picture format. */
export interface VideoFormat {
  /** Luma samples. */
  readonly width: number;
  /** Luma samples. */
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
}

const MACROBLOCK = 16;
/** Pictures a second of H.261 and H.263 at an interval of 1. */
const INTERVAL_RATE = 30_000 / 1001;

/** The sizes that a receiver takes, where its codec has a few only: those that it names, the largest first. */
export function pictureSizes(codec: VideoCodec): readonly (VideoFormat & { readonly size: PictureSize })[] | undefined {
  const intervals = intervalsOf(codec);
  if (intervals === undefined) return undefined;
  return SIZES_LARGEST_FIRST.flatMap((size) => {
    const interval = intervals[size];
    return interval === undefined ? [] : [{ size, ...PICTURE_SIZES[size], frameRate: INTERVAL_RATE / interval }];
  });
}

const SIZES_LARGEST_FIRST = ['CIF16', 'CIF4', 'CIF', 'QCIF', 'SQCIF'] as const;

function intervalsOf(codec: VideoCodec): PictureIntervals | undefined {
  switch (codec.name) {
    case 'H264':
    case 'VP8':
      return undefined;
    case 'H261':
      return codec.h261.intervals;
    default:
      return codec.h263.intervals;
  }
}

/** Macroblocks in a picture. */
function frameSize({ width, height }: Pick<VideoFormat, 'width' | 'height'>): number {
  return Math.ceil(width / MACROBLOCK) * Math.ceil(height / MACROBLOCK);
}

/** The most macroblocks in a frame that the receiver takes; Infinity where it names no limit. */
export function maximumFrameSize(codec: VideoCodec): number {
  if (codec.name === 'VP8') return codec.vp8.maxFs ?? Number.POSITIVE_INFINITY;
  if (codec.name !== 'H264') return Math.max(0, ...(pictureSizes(codec) ?? []).map(frameSize));
  return codec.h264.maxFs ?? levelLimits(codec.h264.level).maxFs;
}

/** The most macroblocks in a second that the receiver takes; Infinity where it names no limit. */
function maximumMacroblockRate(codec: VideoCodec): number {
  if (codec.name !== 'H264') return Number.POSITIVE_INFINITY;
  return codec.h264.maxMbps ?? levelLimits(codec.h264.level).maxMbps;
}

/** The most frames in a second that the receiver takes, of some size at least; Infinity where it names no limit. */
export function maximumFrameRate(codec: VideoCodec): number {
  if (codec.name === 'VP8') return codec.vp8.maxFr ?? Number.POSITIVE_INFINITY;
  if (codec.name === 'H264') return codec.h264.maxFps ?? Number.POSITIVE_INFINITY;
  return Math.max(0, ...(pictureSizes(codec) ?? []).map(({ frameRate }) => frameRate));
}

/**
 * Whether a receiver takes pictures of this format: macroblocks in a frame and in a second, frames in a second, and
 * neither side longer than sqrt(8 * MaxFS) macroblocks (H.264 §A.3.1; RFC 7741 §6.1 for VP8). Of H.261 and H.263 the sizes that are named.
 * What is signalled (max-fs, max-mbps) counts in place of the level, even where it is lower: RFC 6184 forbids that,
 * but rooms that write it clear the call when they get a larger picture.
 */
export function fits(codec: VideoCodec, format: VideoFormat): boolean {
  const { width, height, frameRate } = format;
  if (!(width > 0 && height > 0 && frameRate > 0)) return false;
  const sizes = pictureSizes(codec);
  if (sizes !== undefined) {
    return sizes.some((size) => size.width === width && size.height === height && frameRate <= size.frameRate);
  }
  const columns = Math.ceil(width / MACROBLOCK);
  const rows = Math.ceil(height / MACROBLOCK);
  const maxFs = maximumFrameSize(codec);
  const longestSide = Math.sqrt(8 * maxFs);
  return (
    columns * rows <= maxFs &&
    columns <= longestSide &&
    rows <= longestSide &&
    columns * rows * frameRate <= maximumMacroblockRate(codec) &&
    frameRate <= maximumFrameRate(codec)
  );
}

/**
 * The highest bit rate, bit/s, that the receiver's codec limits allow; Infinity where they name none.
 * H.264: max-br, else the level's MaxBR, times 1000, times 1250 in the High profiles (H.264 table A-2, cpbBrVclFactor).
 */
export function maximumBitRate(codec: VideoCodec): number {
  if (codec.name === 'VP8') return Number.POSITIVE_INFINITY;
  if (codec.name !== 'H264') {
    const { maxBr } = codec.name === 'H261' ? codec.h261 : codec.h263;
    return maxBr === undefined ? Number.POSITIVE_INFINITY : maxBr * 100;
  }
  const { profile, level, maxBr } = codec.h264;
  const factor = profile === 'high' || profile === 'constrained-high' ? 1250 : 1000;
  return (maxBr ?? levelLimits(level).maxBr) * factor;
}
