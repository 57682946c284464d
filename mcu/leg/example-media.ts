/** Negotiated media and packets for tests. */
import type { AudioCodec, H264Codec, Vp8Codec } from '#codecs/media/description.ts';
import { FULL_FEEDBACK } from '#codecs/media/feedback.ts';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';

/** Codecs as they are negotiated. */
export const PCMA: AudioCodec = { name: 'PCMA', payloadType: 8, clockRate: 8000 };
/** G.711 µ-law. */
export const PCMU: AudioCodec = { name: 'PCMU', payloadType: 0, clockRate: 8000 };
/** With in-band FEC, mono. */
export const OPUS: AudioCodec = {
  name: 'opus',
  payloadType: 96,
  clockRate: 48_000,
  opus: { useInbandFec: true, useDtx: false, stereo: false },
};
/** With all kinds of RTCP feedback. */
export const VP8: Vp8Codec = { name: 'VP8', payloadType: 104, clockRate: 90_000, feedback: FULL_FEEDBACK, vp8: {} };
/** Constrained Baseline, level 3.1, packetization-mode 1; all kinds of RTCP feedback. */
export const H264: H264Codec = {
  name: 'H264',
  payloadType: 97,
  clockRate: 90_000,
  feedback: FULL_FEEDBACK,
  h264: { profile: 'constrained-baseline', level: 31, packetizationMode: 1, levelAsymmetryAllowed: true },
};

const TRANSPORT = {
  index: 0,
  remote: { address: '127.0.0.1', port: 4000 },
  remoteRtcp: { address: '127.0.0.1', port: 4001 },
  rtcpMux: false,
  direction: 'sendrecv',
} as const;

/** Sound both ways, by G.711. */
export function audioMedia(changes: Partial<NegotiatedAudio> = {}): NegotiatedAudio {
  return { ...TRANSPORT, kind: 'audio', send: PCMA, receive: [PCMA], packetTime: 20, ...changes };
}

/** A picture both ways, by VP8. */
export function videoMedia(changes: Partial<NegotiatedVideo> = {}): NegotiatedVideo {
  return { ...TRANSPORT, kind: 'main', send: VP8, receive: [VP8], sendBitRate: 1_000_000, ...changes };
}

/** A packet of which only some fields matter. */
export function packetOf(fields: Partial<RtpPacket>): RtpPacket {
  const empty = { payloadType: 0, marker: false, sequenceNumber: 0, timestamp: 0, ssrc: 1, payload: Buffer.alloc(0) };
  return { ...empty, ...fields };
}

/** A VP8 frame that only its header makes one (RFC 6386 §9.1); depacketisers look no further. */
export function vp8Frame(isKeyFrame: boolean, length = 200): Buffer {
  const frame = Buffer.alloc(length, 0xaa);
  frame.set(isKeyFrame ? [0x10, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00] : [0x11, 0x00, 0x00]);
  return frame;
}

/** Random numbers that are none: always the same value. */
export function always(value: number): () => number {
  return () => value;
}
