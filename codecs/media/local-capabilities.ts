import type { AudioCodec, H263Codec, H264Codec, H264Profile, TelephoneEventCodec, VideoCodec } from './description.ts';
import { HONOURED_FEEDBACK } from './feedback.ts';
import type { LocalCapabilities } from './negotiated.ts';

/** The settings of an installation that bear on what it offers. */
export interface CapabilitySettings {
  /** Our ceiling for one video stream in either direction, bit/s. */
  readonly videoBitRate: number;
  /** The largest picture that we take. */
  readonly maximumSize: '1080p' | '720p';
}

/**
 * Receiver limits for each size.
 * 720p is exactly level 3.1 (1280x720 at 30). 1080p is that of level 4: 1920x1088 is 8160 macroblocks, at 30 frames 244800.
 * With these figures a peer that names level 4 but no max-fs can be answered with level 4 (RFC 6184 §8.2.2).
 */
const LIMITS = {
  '720p': { maxFs: 3600, maxMbps: 108000 },
  '1080p': { maxFs: 8192, maxMbps: 245760 },
} as const;

/**
 * The level that we write, at either size. It is a floor that max-fs and max-mbps raise (RFC 6184 §8.1), so a room that
 * reads only the level sends 720p30, which we take at either setting. Level 4 in its place would be as true for 1080p,
 * but old rooms refuse a payload type whose level is above their own, and none refuses 3.1.
 */
const LEVEL = 31;

const audio: readonly (AudioCodec | TelephoneEventCodec)[] = [
  { name: 'opus', payloadType: 96, clockRate: 48000, opus: { useInbandFec: true, useDtx: false, stereo: false } },
  { name: 'G722', payloadType: 9, clockRate: 8000 },
  { name: 'PCMA', payloadType: 8, clockRate: 8000 },
  { name: 'PCMU', payloadType: 0, clockRate: 8000 },
  { name: 'telephone-event', payloadType: 100, clockRate: 48000 },
  { name: 'telephone-event', payloadType: 101, clockRate: 8000 },
];

/** CIF and QCIF at every interval: what rooms have that know nothing newer than H.261 or H.263. */
const INTERVALS = { CIF: 1, QCIF: 1 } as const;

/**
 * What this machine offers and accepts: Opus, G.722, G.711, DTMF events, H.264, VP8, H.263+, H.263 and H.261, in our order of preference.
 * Constrained Baseline comes first: what every room decodes. High and Constrained High are there because the decoder takes
 * them and because peers that send nothing else exist.
 */
export function defaultCapabilities(settings: CapabilitySettings): LocalCapabilities {
  const limits = LIMITS[settings.maximumSize];
  const h264 = (payloadType: number, profile: H264Profile, packetizationMode: 0 | 1): H264Codec => ({
    name: 'H264',
    payloadType,
    clockRate: 90000,
    feedback: HONOURED_FEEDBACK,
    h264: { profile, level: LEVEL, packetizationMode, levelAsymmetryAllowed: true, ...limits },
  });
  const h263 = (name: H263Codec['name'], payloadType: number): H263Codec => ({
    name,
    payloadType,
    clockRate: 90000,
    feedback: HONOURED_FEEDBACK,
    h263: { intervals: INTERVALS },
  });
  const video: readonly VideoCodec[] = [
    h264(97, 'constrained-baseline', 1),
    h264(98, 'constrained-baseline', 0),
    h264(102, 'constrained-high', 1),
    h264(103, 'high', 1),
    {
      name: 'VP8',
      payloadType: 104,
      clockRate: 90000,
      feedback: HONOURED_FEEDBACK,
      vp8: { maxFs: limits.maxFs, maxFr: 30 },
    },
    h263('H263-2000', 106),
    h263('H263-1998', 105),
    h263('H263', 34),
    { name: 'H261', payloadType: 31, clockRate: 90000, feedback: HONOURED_FEEDBACK, h261: { intervals: INTERVALS } },
  ];
  return { audio, video, videoBitRate: settings.videoBitRate };
}
