import type { EncodableAudio } from '#codecs/ffmpeg/audio-encoder.ts';
import type { AudioCodec, H264Codec } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';

const AUDIO: Readonly<Record<EncodableAudio, AudioCodec>> = {
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

/** H.264 as a room system of 720p offers it: level 3.1, key frames by PLI and FIR, no retransmission. */
const H264: H264Codec = {
  name: 'H264',
  payloadType: 109,
  clockRate: 90_000,
  feedback: { nack: false, pli: true, fir: true, tmmbr: false, remb: false },
  h264: { profile: 'constrained-baseline', level: 31, packetizationMode: 1, levelAsymmetryAllowed: true },
};

/** What a host offers: one sound codec, and H.264 of 720p. `videoBitRate` in bit/s is what it takes. */
export function hostCapabilities(audio: EncodableAudio, videoBitRate: number): LocalCapabilities {
  return { audio: [AUDIO[audio]], video: [H264], videoBitRate };
}
