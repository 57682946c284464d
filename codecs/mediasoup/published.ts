import type { TransportAddress } from '../media/description.ts';
import { FULL_FEEDBACK } from '../media/feedback.ts';
import type { NegotiatedAudio, NegotiatedVideo } from '../media/negotiated.ts';
import { PAYLOAD_TYPES } from './router-codecs.ts';

/** bit/s at which the mix may be sent over loopback: all layers together, never the bottleneck. */
const LOOPBACK_BIT_RATE = 20_000_000;

function towards(remote: TransportAddress) {
  return { index: 0, remote, remoteRtcp: remote, rtcpMux: true, direction: 'sendonly' } as const;
}

/** A picture sent to a plain transport at `remote`; its producer has `producerRtpParameters` with the same codec. */
export function publishedPicture(remote: TransportAddress, name: 'H264' | 'VP8' = 'H264'): NegotiatedVideo {
  const codec = name === 'H264' ? H264 : VP8;
  return { ...towards(remote), kind: 'main', send: codec, receive: [], sendBitRate: LOOPBACK_BIT_RATE };
}

const VP8 = {
  name: 'VP8',
  payloadType: PAYLOAD_TYPES.VP8,
  clockRate: 90_000,
  feedback: FULL_FEEDBACK,
  vp8: {},
} as const;

const H264 = {
  name: 'H264',
  payloadType: PAYLOAD_TYPES.H264,
  clockRate: 90_000,
  feedback: FULL_FEEDBACK,
  h264: { profile: 'constrained-baseline', level: 31, packetizationMode: 1, levelAsymmetryAllowed: true },
} as const;

/** A mixed sound sent to a plain transport at `remote`; its producer has `producerRtpParameters` with codec opus. */
export function publishedSound(remote: TransportAddress): NegotiatedAudio {
  const codec = {
    name: 'opus',
    payloadType: PAYLOAD_TYPES.opus,
    clockRate: 48_000,
    opus: { useInbandFec: true, useDtx: false, stereo: false },
  } as const;
  return { ...towards(remote), kind: 'audio', send: codec, receive: [], packetTime: 20 };
}
