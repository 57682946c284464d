import { announced } from './announced-codec.ts';
import type { Codec, MediaDescription, StreamDescription } from './description.ts';
import { mergedCodecs } from './merged-codecs.ts';
import { isSpoken } from './negotiate.ts';
import type { LocalCapabilities, LocalTransport } from './negotiated.ts';
import { refused, running, sessionBitRate } from './own-stream.ts';
import { type OwnSession, withOrigin } from './session-version.ts';

type OfferedKind = 'audio' | 'main';

const MEDIA_TYPES: Readonly<Record<OfferedKind, string>> = { audio: 'audio', main: 'video' };

/**
 * An offer of all that we have: one audio and one video line, RTP/AVP with feedback announced all the same (RTP/AVPF is refused
 * by some rooms). After the start of a dialog the lines that were there keep their places, payload types and transport
 * profile; refused ones stay refused, and a line that is missing comes last (RFC 3264 §8).
 */
export function createOffer(
  local: LocalCapabilities,
  transport: LocalTransport,
  session: OwnSession,
): MediaDescription {
  const before = session.previous?.streams ?? [];
  const places = { audio: placeOf('audio', before), main: placeOf('main', before) };
  const renewed = before.map((line, index) => {
    if (index === places.audio) return offeredLine('audio', local, transport, line);
    if (index === places.main) return offeredLine('main', local, transport, line);
    return refused(line, transport.audio.address);
  });
  const added = (['audio', 'main'] as const)
    .filter((kind) => places[kind] < 0)
    .map((kind) => offeredLine(kind, local, transport, undefined));
  return withOrigin({ streams: [...renewed, ...added], bitRate: sessionBitRate(local) }, session);
}

/** The line that a stream ran in, else one that it could run in; -1 if there is none. */
function placeOf(kind: OfferedKind, lines: readonly StreamDescription[]): number {
  const isCandidate = (line: StreamDescription) =>
    line.kind === kind && line.mediaType === MEDIA_TYPES[kind] && isSpoken(line.protocol);
  const place = lines.findIndex((line) => isCandidate(line) && line.address.port !== 0);
  return place >= 0 ? place : lines.findIndex(isCandidate);
}

function offeredLine(
  kind: OfferedKind,
  local: LocalCapabilities,
  transport: LocalTransport,
  before: StreamDescription | undefined,
): StreamDescription {
  const ours: readonly Codec[] =
    kind === 'audio' ? local.audio : local.video.map((codec) => announced(codec, local.videoBitRate));
  const settings = {
    kind,
    mediaType: MEDIA_TYPES[kind],
    protocol: before?.protocol ?? 'RTP/AVP',
    direction: 'sendrecv',
    rtcpMux: true,
    rtcpReducedSize: false,
    ...(before?.mid !== undefined && { mid: before.mid }),
  } as const;
  return running(settings, transport[kind], before === undefined ? ours : mergedCodecs(before.codecs, ours), local);
}
