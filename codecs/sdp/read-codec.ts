import type { Codec, Feedback, H263Codec, H264Codec, H264Limits, OpusParameters } from '#codecs/media/description.ts';
import { parseProfileLevelId } from '#codecs/media/h264-profile.ts';
import { countOf, type FormatParameters, isSet } from './fmtp.ts';
import { readH261Limits, readH263Limits } from './picture-intervals.ts';

/** What a media line says about one payload type. */
export interface PayloadFormat {
  /** 0 to 127. */
  readonly payloadType: number;
  /** Encoding name of a=rtpmap, in any case. */
  readonly encoding: string;
  /** Hz; undefined where a=rtpmap leaves it out. */
  readonly clockRate: number | undefined;
  readonly parameters: FormatParameters;
  readonly feedback: Feedback;
}

/** Payload types that need no a=rtpmap (RFC 3551 §6), as far as they are ours or tell what a line is for. */
export const STATIC_ENCODINGS: ReadonlyMap<number, { readonly encoding: string; readonly clockRate: number }> = new Map(
  [
    [0, { encoding: 'PCMU', clockRate: 8000 }],
    [8, { encoding: 'PCMA', clockRate: 8000 }],
    [9, { encoding: 'G722', clockRate: 8000 }],
    [31, { encoding: 'H261', clockRate: 90000 }],
    [34, { encoding: 'H263', clockRate: 90000 }],
  ],
);

/**
 * The codec that a payload type stands for.
 * @returns undefined for codecs that we do not know, clocks that do not go with the codec and modes that we do not do
 */
export function readCodec(format: PayloadFormat): Codec | undefined {
  const { payloadType, parameters, feedback } = format;
  switch (format.encoding.toLowerCase()) {
    case 'pcmu':
      return hasClock(format, 8000) ? { name: 'PCMU', payloadType, clockRate: 8000 } : undefined;
    case 'pcma':
      return hasClock(format, 8000) ? { name: 'PCMA', payloadType, clockRate: 8000 } : undefined;
    case 'g722':
      // RFC 3551 §4.5.2 demands 8000; who writes 16000 means the same codec.
      return hasClock(format, 8000) || format.clockRate === 16000
        ? { name: 'G722', payloadType, clockRate: 8000 }
        : undefined;
    case 'opus':
      return hasClock(format, 48000)
        ? { name: 'opus', payloadType, clockRate: 48000, opus: readOpus(parameters) }
        : undefined;
    case 'telephone-event':
      return { name: 'telephone-event', payloadType, clockRate: format.clockRate ?? 8000 };
    case 'h264':
      return hasClock(format, 90000) ? readH264(payloadType, parameters, feedback) : undefined;
    case 'vp8':
      return hasClock(format, 90000)
        ? { name: 'VP8', payloadType, clockRate: 90000, vp8: readVp8(parameters), feedback }
        : undefined;
    case 'h261':
      return hasClock(format, 90000)
        ? { name: 'H261', payloadType, clockRate: 90000, h261: readH261Limits(parameters), feedback }
        : undefined;
    case 'h263':
    case 'h263-1998':
    case 'h263-2000':
      return hasClock(format, 90000)
        ? { name: h263Name(format), payloadType, clockRate: 90000, h263: readH263Limits(parameters), feedback }
        : undefined;
    default:
      return undefined;
  }
}

function h263Name({ encoding }: PayloadFormat): H263Codec['name'] {
  const name = encoding.toLowerCase();
  return name === 'h263' ? 'H263' : name === 'h263-1998' ? 'H263-1998' : 'H263-2000';
}

function hasClock(format: PayloadFormat, clockRate: number): boolean {
  return format.clockRate === undefined || format.clockRate === clockRate;
}

function readOpus(parameters: FormatParameters): OpusParameters {
  const maxAverageBitrate = countOf(parameters, 'maxaveragebitrate', 1_000_000_000);
  const maxPlaybackRate = countOf(parameters, 'maxplaybackrate', 48_000);
  return {
    ...(maxAverageBitrate !== undefined && { maxAverageBitrate: Math.min(510_000, Math.max(6000, maxAverageBitrate)) }),
    useInbandFec: isSet(parameters, 'useinbandfec'),
    useDtx: isSet(parameters, 'usedtx'),
    stereo: isSet(parameters, 'stereo'),
    ...(maxPlaybackRate !== undefined && { maxPlaybackRate }),
  };
}

/** No macroblock or bit figure of any level comes near this; larger ones are a mistake. */
const MAXIMUM_LIMIT = 2 ** 31;

function readVp8(parameters: FormatParameters) {
  const maxFs = countOf(parameters, 'max-fs', MAXIMUM_LIMIT);
  const maxFr = countOf(parameters, 'max-fr', 1000);
  return { ...(maxFs !== undefined && { maxFs }), ...(maxFr !== undefined && { maxFr }) };
}

/**
 * Without a profile-level-id that can be read: Baseline (RFC 6184 §8.1), but level 3.1 in place of the level 1 that the RFC infers.
 * Peers that leave it out are careless and not limited to QCIF; browsers take the same default.
 */
const UNSAID = { profile: 'baseline', level: 31 } as const;

function readH264(payloadType: number, parameters: FormatParameters, feedback: Feedback): H264Codec | undefined {
  const text = parameters.get('profile-level-id');
  const isReadable = text !== undefined && /^[0-9a-f]{5,6}$/i.test(text);
  const profileLevel = isReadable ? parseProfileLevelId(text) : UNSAID;
  const mode = parameters.get('packetization-mode') ?? '0';
  if (profileLevel === undefined || mode === '2') return undefined;
  const sets = parameters.get('sprop-parameter-sets');
  const parameterSets = sets?.split(',').filter((set) => /^[A-Za-z0-9+/]+=*$/.test(set));
  return {
    name: 'H264',
    payloadType,
    clockRate: 90000,
    h264: {
      ...profileLevel,
      packetizationMode: mode === '1' ? 1 : 0,
      levelAsymmetryAllowed: isSet(parameters, 'level-asymmetry-allowed'),
      ...readH264Limits(parameters),
    },
    feedback,
    ...(parameterSets !== undefined && parameterSets.length > 0 && { parameterSets }),
  };
}

function readH264Limits(
  parameters: FormatParameters,
): Pick<H264Limits, 'maxFs' | 'maxMbps' | 'maxBr' | 'maxFps' | 'recommendedNalUnit'> {
  const maxFs = countOf(parameters, 'max-fs', MAXIMUM_LIMIT);
  const maxMbps = countOf(parameters, 'max-mbps', MAXIMUM_LIMIT);
  const maxBr = countOf(parameters, 'max-br', MAXIMUM_LIMIT);
  const maxFps = countOf(parameters, 'max-fps', 100_000);
  const recommendedNalUnit = countOf(parameters, 'max-rcmd-nalu-size', MAXIMUM_LIMIT);
  return {
    ...(maxFs !== undefined && { maxFs }),
    ...(maxMbps !== undefined && { maxMbps }),
    ...(maxBr !== undefined && { maxBr }),
    ...(maxFps !== undefined && { maxFps: maxFps / 100 }),
    ...(recommendedNalUnit !== undefined && recommendedNalUnit > 0 && { recommendedNalUnit }),
  };
}
