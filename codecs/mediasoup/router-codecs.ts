import type { RouterRtpCodecCapability, RtcpFeedback } from 'mediasoup/types';

/** Payload types of the mix and of the router: the same number everywhere makes captures readable. */
export const PAYLOAD_TYPES = { opus: 100, VP8: 102, H264: 104 } as const;

/**
 * fmtp of the H.264 that browsers and the mix speak: Constrained Baseline, level 3.1, non-interleaved. The level does not bind what is
 * sent: browsers decode larger pictures and other profiles under it, and every browser has this entry.
 */
export const H264_PARAMETERS: Readonly<Record<string, string | number>> = {
  'packetization-mode': 1,
  'profile-level-id': '42e01f',
  'level-asymmetry-allowed': 1,
};

/** fmtp of the mix's Opus: in-band FEC carries sound over single losses (RFC 7587 §6.1). */
export const OPUS_PARAMETERS: Readonly<Record<string, string | number>> = { useinbandfec: 1, minptime: 10 };

/** What the engine does with requests for the video that it sends into a router. */
export const VIDEO_FEEDBACK: readonly RtcpFeedback[] = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
];

/**
 * The media codecs of every router: Opus, H.264 and VP8. H.264 stands before VP8, so that browsers which send the first codec of the router
 * send what rooms understand. Router adds retransmission (RTX) and feedback by itself.
 */
export function routerCodecs(): RouterRtpCodecCapability[] {
  return [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: PAYLOAD_TYPES.opus,
      clockRate: 48000,
      channels: 2,
      parameters: { ...OPUS_PARAMETERS },
    },
    {
      kind: 'video',
      mimeType: 'video/H264',
      preferredPayloadType: PAYLOAD_TYPES.H264,
      clockRate: 90000,
      parameters: { ...H264_PARAMETERS },
    },
    { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: PAYLOAD_TYPES.VP8, clockRate: 90000 },
  ];
}
