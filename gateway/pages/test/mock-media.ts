import type { TransportParameters } from '#signaling/webrtc/protocol.ts';

/** What a mediasoup router with Opus, VP8 and H.264 says of itself, in short. */
export const routerRtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
      preferredPayloadType: 100,
      rtcpFeedback: [],
    },
    video('video/VP8', 101, {}),
    video('video/H264', 102, {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
    }),
  ],
  headerExtensions: [],
};

function video(mimeType: string, preferredPayloadType: number, parameters: object) {
  const rtcpFeedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'goog-remb' }];
  return { kind: 'video', mimeType, clockRate: 90_000, preferredPayloadType, parameters, rtcpFeedback };
}

/** A transport at a port where nobody answers. */
export function transportParameters(id: string): TransportParameters {
  const candidate = { foundation: 'udpcandidate', priority: 1_076_302_079, ip: '127.0.0.1', address: '127.0.0.1' };
  return {
    id,
    iceParameters: {
      usernameFragment: 'mockmockmockmock',
      password: 'mockmockmockmockmockmockmockmock',
      iceLite: true,
    },
    iceCandidates: [{ ...candidate, protocol: 'udp', port: 9, type: 'host' }],
    dtlsParameters: {
      role: 'auto',
      fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
    },
  };
}
