import { isAudio, isTelephoneEvent, isVideo, matchingAudio, matchingVideo } from './codec-match.ts';
import type { Codec, MediaDescription, StreamDescription, StreamKind } from './description.ts';
import { isSpoken } from './negotiate.ts';
import type { LocalCapabilities, NegotiatedMedia, NegotiatedStream } from './negotiated.ts';

/**
 * What became of the media lines of an offer and why, in words: one remark for each line, in the order of the lines.
 * `media` is what the negotiation came to; nothing is decided here, so that telling of it changes no result.
 * @param theirs what the peer offered, or answered where the offer was ours
 * @param ours our capabilities where the peer offered, else what we offered
 */
export function negotiationRemarks(
  theirs: MediaDescription,
  ours: LocalCapabilities | MediaDescription,
  media: NegotiatedMedia,
): string[] {
  const offered = 'streams' in ours ? ours : undefined;
  const count = Math.max(theirs.streams.length, offered?.streams.length ?? 0);
  return Array.from({ length: count }, (_, index) => {
    const line = theirs.streams[index];
    const accepted = media.streams.find((stream) => stream.index === index);
    if (line === undefined) {
      return `line ${index + 1}: the answer has no such line`;
    }
    const own = ownCodecs(line, offered?.streams[index], ours);
    const before = media.streams.filter((stream) => stream.index < index);
    const what = `line ${index + 1}, ${nameOf(line)}`;
    return accepted === undefined
      ? `${what}: refused, ${whyRefused(line, own, before, offered?.streams[index])}`
      : `${what}: ${accepted.direction}, ${whatRuns(accepted)}${leftOut(line, own, accepted)}`;
  });
}

const KINDS: Readonly<Record<StreamKind, string>> = {
  audio: 'sound',
  main: 'picture',
  content: 'content sharing',
  fecc: 'camera control',
  floor: 'floor control',
  unsupported: 'unknown',
};

function nameOf({ kind, mediaType, protocol }: StreamDescription): string {
  return kind === 'unsupported' ? `${mediaType} ${protocol}` : KINDS[kind];
}

function ownCodecs(
  line: StreamDescription,
  offered: StreamDescription | undefined,
  ours: LocalCapabilities | MediaDescription,
): readonly Codec[] {
  if ('streams' in ours) {
    return offered?.codecs ?? [];
  }
  return line.kind === 'audio' ? ours.audio : ours.video;
}

function whyRefused(
  line: StreamDescription,
  own: readonly Codec[],
  before: readonly NegotiatedStream[],
  offered: StreamDescription | undefined,
): string {
  if (line.address.port === 0) {
    return offered === undefined || offered.address.port === 0 ? 'the peer has disabled it' : 'by the peer';
  }
  if (line.kind !== 'audio' && line.kind !== 'main') {
    return `${nameOf(line)} is not done here`;
  }
  if (!isSpoken(line.protocol)) {
    return `${line.protocol} is not spoken here`;
  }
  const other = before.find(({ kind }) => kind === line.kind);
  if (other !== undefined) {
    return `line ${other.index + 1} is the one in use`;
  }
  const known = line.codecs.map(describeCodec);
  return known.length === 0
    ? `none of its formats is known here (${line.formats.join(' ')})`
    : `no codec in common: ${known.join(', ')} against ${[...new Set(own.map(({ name }) => name))].join(', ')}`;
}

function whatRuns(stream: NegotiatedStream): string {
  const receive = stream.receive.map(describeCodec).join(', ');
  const rtcp = stream.rtcpMux ? ', RTCP on the same port' : '';
  const to = `to ${stream.remote.address}:${stream.remote.port}${rtcp}`;
  if (stream.kind === 'audio') {
    const digits = stream.telephoneEvent === undefined ? 'no telephone events' : 'telephone events';
    return `sending ${describeCodec(stream.send)} ${to}, ${stream.packetTime} ms a packet, taking ${receive}; ${digits}`;
  }
  const asked = stream.receive[0]?.feedback;
  const feedback = asked === undefined ? [] : FEEDBACK.filter((kind) => asked[kind]);
  return (
    `sending ${describeCodec(stream.send)} ${to} at most ${Math.round(stream.sendBitRate / 1000)} kbit/s, ` +
    `taking ${receive}; feedback ${feedback.length === 0 ? 'none: key frames are asked for by signalling' : feedback.join(', ')}`
  );
}

const FEEDBACK = ['nack', 'pli', 'fir'] as const;

function leftOut(line: StreamDescription, own: readonly Codec[], accepted: NegotiatedStream): string {
  const taken = new Set(accepted.receive.map(({ payloadType }) => payloadType));
  const why = line.codecs
    .filter((codec) => !isTelephoneEvent(codec) && !taken.has(codec.payloadType))
    .map((codec) => `${describeCodec(codec)} (${whyLeftOut(codec, own, accepted)})`);
  const read = new Set(line.codecs.map(({ payloadType }) => String(payloadType)));
  const unknown = line.formats.filter((format) => !read.has(format));
  const parts = [...why, ...(unknown.length === 0 ? [] : [`formats not known here: ${unknown.join(' ')}`])];
  return parts.length === 0 ? '' : `; left out: ${parts.join(', ')}`;
}

function whyLeftOut(codec: Codec, own: readonly Codec[], accepted: NegotiatedStream): string {
  if (isAudio(codec)) {
    return matchingAudio(codec, own.filter(isAudio)) === undefined ? 'we do not have it' : 'passed over';
  }
  if (isVideo(codec)) {
    const isOurs = matchingVideo(codec, own.filter(isVideo)) !== undefined;
    return isOurs && codec.name !== accepted.send.name
      ? `${accepted.send.name} comes first with us`
      : isOurs
        ? 'passed over'
        : 'we do not have it so';
  }
  return 'passed over';
}

/** A codec in a few words: payload type, name, and what tells H.264 formats apart. */
function describeCodec(codec: Codec): string {
  const name = `${codec.name}/${codec.payloadType}`;
  if (codec.name !== 'H264') {
    return name;
  }
  const { profile, level, packetizationMode } = codec.h264;
  const written = level === 9 ? '1b' : `${Math.floor(level / 10)}.${level % 10}`;
  return `${name} ${profile} ${written} mode ${packetizationMode}`;
}
