import {
  FF_DECODER_ADPCM_G722,
  FF_DECODER_LIBOPUS,
  FF_DECODER_PCM_ALAW,
  FF_DECODER_PCM_MULAW,
  FF_ENCODER_ADPCM_G722,
  FF_ENCODER_LIBOPUS,
  FF_ENCODER_PCM_ALAW,
  FF_ENCODER_PCM_MULAW,
} from 'node-av/constants';

/** Codecs of sound with FFmpeg's names for them, and the sample rates (Hz) that they work at. All of them go both ways. */
export const SOUND_CODECS = {
  // libopus mixes stereo down itself when asked for mono, without the gain that swresample would put on it.
  opus: { decoder: FF_DECODER_LIBOPUS, encoder: FF_ENCODER_LIBOPUS, sampleRate: 48_000 },
  G722: { decoder: FF_DECODER_ADPCM_G722, encoder: FF_ENCODER_ADPCM_G722, sampleRate: 16_000 },
  PCMA: { decoder: FF_DECODER_PCM_ALAW, encoder: FF_ENCODER_PCM_ALAW, sampleRate: 8_000 },
  PCMU: { decoder: FF_DECODER_PCM_MULAW, encoder: FF_ENCODER_PCM_MULAW, sampleRate: 8_000 },
} as const;

/** A codec of sound, as SDP names it (RFC 3551, RFC 7587). */
export type SoundCodec = keyof typeof SOUND_CODECS;
