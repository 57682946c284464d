import type { Feedback, H264Codec, H264Limits, H264Profile } from '#codecs/media/description.ts';
import { levelLimits } from '#codecs/media/h264-level.ts';
import type { H245 } from '../h245/types.ts';

type GenericCapability = H245<'GenericCapability'>;
type Limits = Pick<H264Limits, 'level' | 'maxFs' | 'maxMbps' | 'maxBr' | 'recommendedNalUnit'>;
type GenericParameter = NonNullable<GenericCapability['collapsing']>[number];

/** H.241 §8.3.2.1: H.264 as a generic capability. */
const H264_CAPABILITY = '0.0.8.241.0.0.1';
/** The same without its last number, as some of Polycom's systems write identifiers of H.241. */
const TRUNCATED = '0.0.8.241.0.0';
/** H.241 §8.3.2.11 … A.3: how NAL units are put into packets. */
export const H264_PACKETIZATION = { singleNalUnit: '0.0.8.241.0.0.0.0', nonInterleaved: '0.0.8.241.0.0.0.1' } as const;

/** Parameter identifiers of H.241 table 8-1 … 8-9. */
const PARAMETER = {
  customMaxMbps: 3,
  customMaxFs: 4,
  customMaxBrAndCpb: 6,
  maxRcmdNalUnitSize: 8,
  profile: 41,
  level: 42,
} as const;
/** Units of the parameters above. */
const UNIT = { mbps: 500, fs: 256, br: 25_000 } as const;
/** Units of maxBitRate, bit/s. */
const RATE_UNIT = 100;

/** Profile bits (H.241 table 8-2), the best that we have first. */
const PROFILE_BITS = [
  { bit: 8, profile: 'high' },
  { bit: 32, profile: 'main' },
  { bit: 64, profile: 'baseline' },
] as const satisfies readonly { bit: number; profile: H264Profile }[];
const BIT_OF_PROFILE = {
  'constrained-baseline': 64,
  baseline: 64,
  main: 32,
  'constrained-high': 8,
  high: 8,
} as const satisfies Record<H264Profile, number>;

/** Values of the level parameter (H.241 table 8-4) and level_idc, 9 for level 1b. */
const LEVELS: readonly (readonly [parameter: number, level: number])[] = [
  [15, 10],
  [19, 9],
  [22, 11],
  [29, 12],
  [36, 13],
  [43, 20],
  [50, 21],
  [57, 22],
  [64, 30],
  [71, 31],
  [78, 32],
  [85, 40],
  [92, 41],
  [99, 42],
  [106, 50],
  [113, 51],
];

/** H.323 has no RTCP feedback but what H.245 says by commands; NACK and the like are never agreed. */
const NO_FEEDBACK: Feedback = { nack: false, pli: false, fir: false, tmmbr: false, remb: false };
const CLOCK_RATE = 90_000;

/**
 * The generic capability of an H.264 receiver: profile, level, and what goes beyond the level (H.241 §8.3.2). `bitRate` in bit/s is the
 * most that is taken.
 */
export function writeH264Capability({ h264 }: Pick<H264Codec, 'h264'>, bitRate: number): GenericCapability {
  const { profile, level, maxFs, maxMbps } = h264;
  const limits = levelLimits(level);
  const parameters = [
    parameter(PARAMETER.profile, 'booleanArray', BIT_OF_PROFILE[profile]),
    parameter(PARAMETER.level, 'unsignedMin', LEVELS.findLast(([, idc]) => idc === limits.level)?.[0] ?? 15),
  ];
  // Custom values are there only where they exceed the level's own (H.241 §8.3.2.4).
  if (maxMbps !== undefined && maxMbps > limits.maxMbps) {
    parameters.push(parameter(PARAMETER.customMaxMbps, 'unsignedMin', Math.floor(maxMbps / UNIT.mbps)));
  }
  if (maxFs !== undefined && maxFs > limits.maxFs) {
    parameters.push(parameter(PARAMETER.customMaxFs, 'unsignedMin', Math.floor(maxFs / UNIT.fs)));
  }
  if (bitRate > limits.maxBr * rateFactor(profile)) {
    parameters.push(parameter(PARAMETER.customMaxBrAndCpb, 'unsignedMin', Math.ceil(bitRate / UNIT.br)));
  }
  return {
    capabilityIdentifier: { type: 'standard', value: H264_CAPABILITY },
    maxBitRate: Math.floor(bitRate / RATE_UNIT),
    collapsing: parameters,
  };
}

/** What a generic capability says of its H.264 receiver: one entry for each profile, the best first; none where it is not H.264. */
export function readH264Capability(
  capability: GenericCapability,
  { payloadType, packetizationMode }: { payloadType: number; packetizationMode: 0 | 1 },
): readonly H264Codec[] {
  if (!isH264(capability)) {
    return [];
  }
  const values = readParameters([...(capability.collapsing ?? []), ...(capability.nonCollapsing ?? [])]);
  const bits = values.get(PARAMETER.profile) ?? 0;
  const limits = readLimits(values);
  const bitRate = readBitRate(capability) ?? Number.POSITIVE_INFINITY;
  return PROFILE_BITS.filter(({ bit }) => (bits & bit) !== 0).map(({ profile }) => ({
    name: 'H264',
    payloadType,
    clockRate: CLOCK_RATE,
    feedback: NO_FEEDBACK,
    h264: { profile, packetizationMode, levelAsymmetryAllowed: true, ...limits, ...rateOf(profile, limits, bitRate) },
  }));
}

/** Whether it is H.264 at all. */
export function isH264({ capabilityIdentifier }: GenericCapability): boolean {
  return (
    capabilityIdentifier.type === 'standard' &&
    (capabilityIdentifier.value === H264_CAPABILITY || capabilityIdentifier.value === TRUNCATED)
  );
}

/** bit/s that a generic capability or channel names. */
export function readBitRate({ maxBitRate }: GenericCapability): number | undefined {
  return maxBitRate === undefined || maxBitRate === 0 ? undefined : maxBitRate * RATE_UNIT;
}

/** The least of what level, custom value and maxBitRate allow: each capability has a bit rate of its own (H.245 §B.2.2.4). */
function rateOf(profile: H264Profile, { level, maxBr }: Limits, bitRate: number): Pick<H264Limits, 'maxBr'> {
  const most = maxBr ?? levelLimits(level).maxBr;
  const named = Math.floor(bitRate / rateFactor(profile));
  return named < most ? { maxBr: named } : {};
}

/** bit/s of a unit of MaxBR (H.264 table A-2, cpbBrVclFactor). */
function rateFactor(profile: H264Profile): number {
  return profile === 'high' || profile === 'constrained-high' ? 1250 : 1000;
}

function readLimits(values: ReadonlyMap<number, number>): Limits {
  const parameterOfLevel = values.get(PARAMETER.level) ?? 0;
  // A level between two that we know is the lower one; none at all is the least.
  const level = LEVELS.findLast(([value]) => value <= parameterOfLevel)?.[1] ?? 10;
  const own = levelLimits(level);
  const [mbps, fs, br] = [
    (values.get(PARAMETER.customMaxMbps) ?? 0) * UNIT.mbps,
    (values.get(PARAMETER.customMaxFs) ?? 0) * UNIT.fs,
    (values.get(PARAMETER.customMaxBrAndCpb) ?? 0) * UNIT.br,
  ];
  const recommendedNalUnit = values.get(PARAMETER.maxRcmdNalUnitSize) ?? 0;
  return {
    level,
    ...(recommendedNalUnit > 0 ? { recommendedNalUnit } : {}),
    // A custom value below the level's own says nothing (H.241 §8.3.2.4): some rooms write them all the same.
    ...(mbps > own.maxMbps ? { maxMbps: mbps } : {}),
    ...(fs > own.maxFs ? { maxFs: fs } : {}),
    ...(br > own.maxBr * 1000 ? { maxBr: Math.floor(br / 1000) } : {}),
  };
}

function readParameters(parameters: readonly GenericParameter[]): Map<number, number> {
  const values = new Map<number, number>();
  for (const { parameterIdentifier, parameterValue } of parameters) {
    if (
      parameterIdentifier.type === 'standard' &&
      'value' in parameterValue &&
      typeof parameterValue.value === 'number'
    ) {
      values.set(parameterIdentifier.value, parameterValue.value);
    }
  }
  return values;
}

function parameter(identifier: number, type: 'booleanArray' | 'unsignedMin', value: number): GenericParameter {
  return { parameterIdentifier: { type: 'standard', value: identifier }, parameterValue: { type, value } };
}
