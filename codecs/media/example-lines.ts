/** Media lines for tests: a peer at 198.51.100.2, and our machine. */
import assert from 'node:assert/strict';
import type {
  Codec,
  Feedback,
  H264Codec,
  H264Limits,
  MediaDescription,
  OpusCodec,
  StreamDescription,
} from './description.ts';
import { NO_FEEDBACK } from './feedback.ts';
import { defaultCapabilities } from './local-capabilities.ts';
import { negotiate } from './negotiate.ts';
import type { LocalTransport, NegotiatedAudio, NegotiatedVideo } from './negotiated.ts';

/** What we can. */
export const LOCAL = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '1080p' });
/** Where we receive. */
export const TRANSPORT: LocalTransport = {
  audio: { address: '192.0.2.1', port: 20000 },
  main: { address: '192.0.2.1', port: 20002 },
};
/** The origin of our descriptions. */
export const SESSION = { origin: { sessionId: '7', version: '1' } };

/** Codecs as a far side offers them. */
export const PCMU: Codec = { name: 'PCMU', payloadType: 0, clockRate: 8000 };
/** G.711 A-law: RTP/AVP's static type (RFC 3551 §6). */
export const PCMA: Codec = { name: 'PCMA', payloadType: 8, clockRate: 8000 };
/** Its clock counts 8000, though it samples 16 000 times a second (RFC 3551 §4.5.2). */
export const G722: Codec = { name: 'G722', payloadType: 9, clockRate: 8000 };
/** Without in-band FEC, stereo. */
export const OPUS: OpusCodec = {
  name: 'opus',
  payloadType: 114,
  clockRate: 48000,
  opus: { useInbandFec: false, useDtx: false, stereo: true },
};

/** Telephone events (RFC 4733). */
export function events(payloadType: number, clockRate: number): Codec {
  return { name: 'telephone-event', payloadType, clockRate };
}

/** H.264 as a far side offers it. */
export function h264(
  payloadType: number,
  limits: Partial<H264Limits> = {},
  feedback: Feedback = NO_FEEDBACK,
): H264Codec {
  const base = {
    profile: 'constrained-baseline',
    level: 31,
    packetizationMode: 1,
    levelAsymmetryAllowed: false,
  } as const;
  return { name: 'H264', payloadType, clockRate: 90000, feedback, h264: { ...base, ...limits } };
}

/** A media line of a far side. */
export function line(
  kind: StreamDescription['kind'],
  codecs: readonly Codec[],
  changes: Partial<StreamDescription> = {},
): StreamDescription {
  return {
    kind,
    mediaType: kind === 'audio' ? 'audio' : 'video',
    protocol: 'RTP/AVP',
    formats: codecs.map(({ payloadType }) => String(payloadType)),
    address: { address: '198.51.100.2', port: 5000 },
    rtcpMux: false,
    rtcpReducedSize: false,
    direction: 'sendrecv',
    codecs,
    ...changes,
  };
}

/** The limits of a codec that must be H.264. */
export function h264Of(codec: Codec | undefined): H264Limits {
  assert.ok(codec?.name === 'H264');
  return codec.h264;
}

/** The answer and what runs; the case fails if there is no common media. */
export function answered(offer: MediaDescription, local = LOCAL) {
  const result = negotiate(offer, local, TRANSPORT, SESSION);
  assert.ok('answer' in result, 'no common media');
  const audio = result.media.streams.find((stream): stream is NegotiatedAudio => stream.kind === 'audio');
  const main = result.media.streams.find((stream): stream is NegotiatedVideo => stream.kind === 'main');
  return { ...result, audio, main };
}
