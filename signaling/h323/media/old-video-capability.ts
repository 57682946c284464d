import type { H261Codec, H263Codec, PictureIntervals, PictureSize } from '#codecs/media/description.ts';
import type { H245 } from '../h245/types.ts';

type VideoCapability = H245<'VideoCapability'>;
type OldCapability = Extract<VideoCapability, { readonly type: 'h261VideoCapability' | 'h263VideoCapability' }>;

/** Static payload types (RFC 3551 §6). */
const STATIC = { H261: 31, H263: 34 } as const;
const CLOCK_RATE = 90_000;
/** H.323 has no RTCP feedback but what H.245 says by commands. */
const NO_FEEDBACK = { nack: false, pli: false, fir: false, tmmbr: false, remb: false } as const;
/** Unit of maxBitRate, bit/s, and the most that it can say. */
const RATE_UNIT = 100;
const MOST_OF = { H261: 19_200, H263: 192_400 } as const;
/** Where H.245 says the interval of a size. */
const FIELDS = { SQCIF: 'sqcifMPI', QCIF: 'qcifMPI', CIF: 'cifMPI', CIF4: 'cif4MPI', CIF16: 'cif16MPI' } as const;
type Intervals = { readonly [Field in (typeof FIELDS)[PictureSize]]?: number };

/**
 * How H.245 says a receiver or a channel of H.261 or H.263; undefined for the packets of H.263+, which rooms are not offered: with a
 * capability that has no `h263Options` both sides send H.263 in packets of RFC 2190. `bitRate` in bit/s is the most.
 */
export function writeOldVideoCapability(codec: H261Codec | H263Codec, bitRate: number): OldCapability | undefined {
  if (codec.name === 'H261') {
    const value = {
      ...writeIntervals(codec.h261.intervals, ['QCIF', 'CIF']),
      temporalSpatialTradeOffCapability: false,
      maxBitRate: rateWithin(bitRate, MOST_OF.H261),
      stillImageTransmission: false,
    };
    return { type: 'h261VideoCapability', value };
  }
  if (codec.name !== 'H263') {
    return undefined;
  }
  const value = {
    ...writeIntervals(codec.h263.intervals, ['SQCIF', 'QCIF', 'CIF', 'CIF4', 'CIF16']),
    maxBitRate: rateWithin(bitRate, MOST_OF.H263),
    unrestrictedVector: false,
    arithmeticCoding: false,
    advancedPrediction: false,
    pbFrames: false,
    temporalSpatialTradeOffCapability: false,
    errorCompensation: false,
  };
  return { type: 'h263VideoCapability', value };
}

/**
 * The codec that a capability or a channel names; undefined where it is another one, or has no size of those that we know. Optional modes
 * are passed over: a receiver that has them takes pictures without, and nobody sends what we have not offered.
 */
export function readOldVideoCapability(
  capability: VideoCapability,
  payloadType?: number,
): H261Codec | H263Codec | undefined {
  if (capability.type !== 'h261VideoCapability' && capability.type !== 'h263VideoCapability') {
    return undefined;
  }
  const limits = { intervals: readIntervals(capability.value), maxBr: capability.value.maxBitRate };
  if (Object.keys(limits.intervals).length === 0) {
    return undefined;
  }
  return capability.type === 'h261VideoCapability'
    ? {
        name: 'H261',
        payloadType: payloadType ?? STATIC.H261,
        clockRate: CLOCK_RATE,
        feedback: NO_FEEDBACK,
        h261: limits,
      }
    : {
        name: 'H263',
        payloadType: payloadType ?? STATIC.H263,
        clockRate: CLOCK_RATE,
        feedback: NO_FEEDBACK,
        h263: limits,
      };
}

/** bit/s that a codec read from H.245 may have. */
export function oldVideoBitRate(codec: H261Codec | H263Codec): number | undefined {
  const { maxBr } = codec.name === 'H261' ? codec.h261 : codec.h263;
  return maxBr === undefined ? undefined : maxBr * RATE_UNIT;
}

function rateWithin(bitRate: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(bitRate / RATE_UNIT)));
}

function readIntervals(value: Intervals): PictureIntervals {
  const sizes = Object.entries(FIELDS).flatMap(([size, field]) => {
    const interval = value[field];
    return interval === undefined ? [] : [[size, interval]];
  });
  return Object.fromEntries(sizes);
}

function writeIntervals(intervals: PictureIntervals, sizes: readonly PictureSize[]): Intervals {
  return Object.fromEntries(
    sizes.flatMap((size) => {
      const interval = intervals[size];
      return interval === undefined ? [] : [[FIELDS[size], interval]];
    }),
  );
}
