import type { SoundCodec } from '#codecs/ffmpeg/sound-codecs.ts';
import type { AudioCodec, TelephoneEventCodec, VideoCodec } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { PictureFormat } from './picture-format.ts';

const AUDIO: Readonly<Record<SoundCodec, AudioCodec>> = {
  opus: {
    name: 'opus',
    payloadType: 107,
    clockRate: 48_000,
    opus: { useInbandFec: true, useDtx: false, stereo: false },
  },
  G722: { name: 'G722', payloadType: 9, clockRate: 8000 },
  PCMA: { name: 'PCMA', payloadType: 8, clockRate: 8000 },
  PCMU: { name: 'PCMU', payloadType: 0, clockRate: 8000 },
};

/** Digits at both clocks that the sounds have (RFC 4733 §2.1). */
const EVENTS: readonly TelephoneEventCodec[] = [
  { name: 'telephone-event', payloadType: 115, clockRate: 48_000 },
  { name: 'telephone-event', payloadType: 116, clockRate: 8000 },
];

/** Key frames by PLI and FIR, no retransmission. */
const FEEDBACK = { nack: false, pli: true, fir: true, tmmbr: false, remb: false } as const;
/** Of a host that has H.261 or H.263. */
const OLD_SIZES = { CIF: 1, QCIF: 1 } as const;
/** Pictures of 720p at 30 a second: level 3.1. */
const LEVEL = 31;

function h264(payloadType: number, packetizationMode: 0 | 1, level: number): VideoCodec {
  return {
    name: 'H264',
    payloadType,
    clockRate: 90_000,
    feedback: FEEDBACK,
    h264: { profile: 'constrained-baseline', level, packetizationMode, levelAsymmetryAllowed: true },
  };
}

function videoCodec(format: PictureFormat, level: number): VideoCodec {
  switch (format) {
    case 'H264/1':
      return h264(109, 1, level);
    case 'H264/0':
      return h264(110, 0, level);
    case 'VP8':
      return { name: 'VP8', payloadType: 111, clockRate: 90_000, feedback: FEEDBACK, vp8: { maxFs: 3600, maxFr: 30 } };
    case 'H261':
      return { name: format, payloadType: 31, clockRate: 90_000, feedback: FEEDBACK, h261: { intervals: OLD_SIZES } };
    case 'H263':
      return { name: format, payloadType: 34, clockRate: 90_000, feedback: FEEDBACK, h263: { intervals: OLD_SIZES } };
    case 'H263-1998':
    case 'H263-2000':
      return { name: format, payloadType: 112, clockRate: 90_000, feedback: FEEDBACK, h263: { intervals: OLD_SIZES } };
  }
}

/** What a host takes of pictures. */
export interface PictureLimits {
  /** bit/s. */
  readonly videoBitRate: number;
  /** level_idc of H.264; default 31, which is 720p at 30 a second. */
  readonly level?: number;
}

/**
 * What a host offers: these sounds and picture formats, as a room system of 720p (unless its level is another) that likes the
 * first best, and digits as events.
 */
export function hostCapabilities(
  audio: readonly SoundCodec[],
  video: readonly PictureFormat[],
  { videoBitRate, level = LEVEL }: PictureLimits,
): LocalCapabilities {
  return {
    audio: [...audio.map((name) => AUDIO[name]), ...EVENTS],
    video: video.map((format) => videoCodec(format, level)),
    videoBitRate,
  };
}
