/** Generated media descriptions for property tests: every one can be written as SDP and read back as itself. */
import fc from 'fast-check';
import type { Codec, Direction, Feedback, MediaDescription, StreamDescription } from './description.ts';
import { parseProfileLevelId } from './h264-profile.ts';

/** The address of the generated session: refused lines have it too. */
export const SESSION_ADDRESS = '192.0.2.1';

/** A record with all of its keys. */
function record<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

/** A record each of whose keys may be missing. */
function partial<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record<T, never>(model, { requiredKeys: [], noNullPrototype: true });
}

function withOptional<A extends object, B extends object>(
  required: fc.Arbitrary<A>,
  optional: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> {
  return fc.tuple(required, optional).map(([a, b]) => ({ ...a, ...b }));
}

const flag = fc.boolean();
const count = fc.integer({ min: 1, max: 1_000_000 });
const direction = fc.constantFrom<Direction>('sendrecv', 'sendonly', 'recvonly', 'inactive');
const address = fc.constantFrom('192.0.2.1', '198.51.100.7', '2001:db8::7', '0.0.0.0');
const port = fc.integer({ min: 1024, max: 65_000 });
const token = fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/);
const bitRate = partial({ bitRate: fc.integer({ min: 10_000, max: 100_000_000 }) });

const feedback: fc.Arbitrary<Feedback> = record({ nack: flag, pli: flag, fir: flag, tmmbr: flag, remb: flag });

const profileLevel = fc
  .tuple(
    fc.constantFrom('42e0', '4280', '4200', '4d00', '6400', '640c'),
    fc.constantFrom('0a', '0b', '0d', '15', '16', '1e', '1f', '20', '28', '29', '33'),
  )
  .map(
    ([profile, level]) =>
      parseProfileLevelId(profile + level) ?? { profile: 'baseline' as const, level: 31, profileSpelling: 0x4280 },
  );

const h264Limits = fc
  .tuple(
    profileLevel,
    record({ packetizationMode: fc.constantFrom<0 | 1>(0, 1), levelAsymmetryAllowed: flag }),
    partial({ maxFs: count }),
    partial({ maxMbps: count }),
    partial({ maxBr: count }),
    partial({ maxFps: fc.integer({ min: 1, max: 100_000 }).map((hundredths) => hundredths / 100) }),
  )
  .map(([profile, modes, maxFs, maxMbps, maxBr, maxFps]) => ({
    ...profile,
    ...modes,
    ...maxFs,
    ...maxMbps,
    ...maxBr,
    ...maxFps,
  }));

const opusParameters = fc
  .tuple(
    record({ useInbandFec: flag, useDtx: flag, stereo: flag }),
    partial({ maxAverageBitrate: fc.integer({ min: 6000, max: 510_000 }) }),
    partial({ maxPlaybackRate: fc.constantFrom(8000, 16000, 24000, 48000) }),
  )
  .map(([flags, rate, playback]) => ({ ...flags, ...rate, ...playback }));

/** Codecs still without a payload type of their own. */
const audioCodec: fc.Arbitrary<Codec> = fc.oneof(
  fc.constantFrom<Codec>(
    { name: 'PCMU', payloadType: 0, clockRate: 8000 },
    { name: 'PCMA', payloadType: 0, clockRate: 8000 },
    { name: 'G722', payloadType: 0, clockRate: 8000 },
    { name: 'telephone-event', payloadType: 0, clockRate: 8000 },
    { name: 'telephone-event', payloadType: 0, clockRate: 16000 },
    { name: 'telephone-event', payloadType: 0, clockRate: 48000 },
  ),
  opusParameters.map((opus): Codec => ({ name: 'opus', payloadType: 0, clockRate: 48000, opus })),
);

const interval = (max: number) => fc.integer({ min: 1, max });

const videoCodec: fc.Arbitrary<Codec> = fc.oneof(
  withOptional(
    record({
      name: fc.constant('H264' as const),
      payloadType: fc.constant(0),
      clockRate: fc.constant(90000),
      h264: h264Limits,
      feedback,
    }),
    partial({ parameterSets: fc.constantFrom(['Z0IAH5WoFAFuQA==', 'aM48gA=='], ['Z0LgHw==']) }),
  ),
  record({
    name: fc.constant('VP8' as const),
    payloadType: fc.constant(0),
    clockRate: fc.constant(90000),
    vp8: withOptional(partial({ maxFs: count }), partial({ maxFr: fc.integer({ min: 1, max: 120 }) })),
    feedback,
  }),
  record({
    name: fc.constant('H261' as const),
    payloadType: fc.constant(0),
    clockRate: fc.constant(90000),
    h261: record({ intervals: record({ QCIF: interval(4), CIF: interval(4) }) }),
    feedback,
  }),
  record({
    name: fc.constantFrom('H263' as const, 'H263-1998' as const, 'H263-2000' as const),
    payloadType: fc.constant(0),
    clockRate: fc.constant(90000),
    h263: withOptional(
      record({
        intervals: withOptional(record({ QCIF: interval(32) }), partial({ CIF: interval(32), CIF16: interval(32) })),
      }),
      partial({ maxBr: fc.integer({ min: 1, max: 192_400 }) }),
    ),
    feedback,
  }),
);

/** Up to six codecs with payload types of their own. */
function codecList(codec: fc.Arbitrary<Codec>): fc.Arbitrary<readonly Codec[]> {
  return fc
    .tuple(
      fc.array(codec, { minLength: 1, maxLength: 6 }),
      fc.uniqueArray(fc.integer({ min: 96, max: 127 }), { minLength: 6, maxLength: 6 }),
    )
    .map(([codecs, numbers]) => codecs.map((each, index) => ({ ...each, payloadType: numbers[index] ?? 96 })));
}

const common = fc
  .tuple(
    record({ protocol: fc.constantFrom('RTP/AVP', 'RTP/AVPF', 'RTP/SAVP'), rtcpReducedSize: flag, direction }),
    record({ address, port }),
    record({ rtcpMux: flag, hasRtcp: flag }),
    bitRate,
    partial({ label: token }),
    partial({ mid: token }),
  )
  .map(([base, rtp, { rtcpMux, hasRtcp }, rate, label, mid]) => ({
    ...base,
    ...rate,
    ...label,
    ...mid,
    rtcpMux,
    address: rtp,
    ...(hasRtcp && !rtcpMux && { rtcpAddress: { address: rtp.address, port: rtp.port + 100 } }),
  }));

function line(kind: 'audio' | 'main' | 'content', codec: fc.Arbitrary<Codec>): fc.Arbitrary<StreamDescription> {
  const content = { audio: {}, main: { content: 'main' }, content: { content: 'slides' } }[kind];
  return fc
    .tuple(common, codecList(codec), partial({ packetTime: fc.constantFrom(10, 20, 30, 60) }))
    .map(([base, codecs, packetTime]) => ({
      ...base,
      ...content,
      ...(kind === 'audio' && packetTime),
      kind,
      mediaType: kind === 'audio' ? 'audio' : 'video',
      formats: codecs.map(({ payloadType }) => String(payloadType)),
      codecs,
    }));
}

const REFUSED = [
  { kind: 'floor', mediaType: 'application', protocol: 'UDP/BFCP', formats: ['*'] },
  { kind: 'unsupported', mediaType: 'application', protocol: 'UDP/UDT/IX', formats: ['*'] },
  { kind: 'unsupported', mediaType: 'text', protocol: 'RTP/AVP', formats: ['98', '99'] },
  { kind: 'audio', mediaType: 'audio', protocol: 'RTP/SAVP', formats: ['100'] },
] as const;

const refusedLine: fc.Arbitrary<StreamDescription> = fc
  .tuple(fc.constantFrom(...REFUSED), partial({ mid: token }))
  .map(([base, mid]) => ({
    ...base,
    ...mid,
    address: { address: SESSION_ADDRESS, port: 0 },
    rtcpMux: false,
    rtcpReducedSize: false,
    direction: 'sendrecv',
    codecs: [],
  }));

/** Any description: up to seven lines in any order. */
export const arbitraryDescription: fc.Arbitrary<MediaDescription> = fc
  .tuple(
    fc.array(fc.oneof(line('audio', audioCodec), line('main', videoCodec), line('content', videoCodec), refusedLine), {
      maxLength: 7,
    }),
    bitRate,
    record({ sessionId: fc.nat().map(String), version: fc.nat().map(String) }),
  )
  .map(([streams, rate, origin]) => ({ streams, ...rate, origin }));
