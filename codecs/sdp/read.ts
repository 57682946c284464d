import { parse } from 'sdp-transform';
import type {
  Direction,
  MediaDescription,
  StreamDescription,
  StreamKind,
  TransportAddress,
} from '#codecs/media/description.ts';
import { literalOf } from './address.ts';
import { fromApplicationSpecific } from './bandwidth.ts';
import { type MediaLine, readLines } from './lines.ts';
import type { ParsedMedia, ParsedSession, ParsedShared } from './parsed-session.ts';
import { payloadFormats } from './payload-formats.ts';
import { type PayloadFormat, readCodec } from './read-codec.ts';
import { type LinePurpose, streamKinds } from './stream-kind.ts';

/**
 * Reads a session description (RFC 8866) as room systems, phones and soft clients write it: with bare LF or CR, blanks at line
 * ends, missing s= and t=, static payload types without a=rtpmap, IPv4 and IPv6, c= of session or media, unknown lines,
 * attributes, protocols and codecs.
 * @param text at most 65536 characters, 2000 lines and 32 media lines
 * @returns the description with every media line in its place, or what makes it unreadable. Never throws.
 */
export function readSdp(text: string): { readonly description: MediaDescription } | { readonly fault: string } {
  const lines = readLines(text);
  if ('fault' in lines) return lines;
  if (lines.media.length === 0 && !/^v=/m.test(text)) return { fault: 'no session description' };
  // The parser gets a media line of its own: it knows fewer protocols and media types than there are.
  const session = parse(lines.sections.map((section) => section.join('\r\n')).join('\r\nm=audio 9 RTP/AVP\r\n'));
  const sections = lines.media.flatMap((line, index) => {
    const media = session.media[index];
    return media === undefined ? [] : [{ line, media, formats: payloadFormats(line, media) }];
  });
  const kinds = streamKinds(sections.map(({ line, media, formats }) => purposeOf(line, media, formats)));
  const streams = sections.map(({ line, media, formats }, index) =>
    readStream(kinds[index] ?? 'unsupported', line, media, formats, session),
  );
  const bitRate = readBitRate(session, undefined);
  const origin = readOrigin(session);
  return {
    description: { streams, ...(bitRate !== undefined && { bitRate }), ...(origin !== undefined && { origin }) },
  };
}

function readOrigin(session: ParsedSession): MediaDescription['origin'] {
  if (session.origin === undefined) return undefined;
  const sessionId = String(session.origin.sessionId);
  const version = String(session.origin.sessionVersion);
  return /^\d+$/.test(sessionId) && /^\d+$/.test(version) ? { sessionId, version } : undefined;
}

function purposeOf(line: MediaLine, media: ParsedMedia, formats: readonly PayloadFormat[]): LinePurpose {
  return {
    mediaType: line.mediaType,
    protocol: line.protocol,
    port: line.port,
    encodings: formats.map(({ encoding }) => encoding.toLowerCase()),
    content: textOf(media.content),
    label: textOf(media.label),
    floors: line.floors,
  };
}

function readStream(
  kind: StreamKind,
  line: MediaLine,
  media: ParsedMedia,
  formats: readonly PayloadFormat[],
  session: ParsedSession,
): StreamDescription {
  const address = { address: connectionAddress(media, session), port: line.port };
  const rtcpMux = media.rtcpMux !== undefined;
  const rtcpAddress = rtcpMux ? undefined : readRtcpAddress(media, address);
  const bitRate = readBitRate(media, line.mediaType);
  const content = textOf(media.content);
  const label = textOf(media.label);
  const mid = textOf(media.mid);
  const packetTime =
    typeof media.ptime === 'number' && media.ptime > 0 && media.ptime <= 1000 ? media.ptime : undefined;
  return {
    kind,
    mediaType: line.mediaType,
    protocol: line.protocol,
    formats: line.formats,
    address,
    ...(rtcpAddress !== undefined && { rtcpAddress }),
    rtcpMux,
    rtcpReducedSize: media.rtcpRsize !== undefined,
    direction: readDirection(media, session),
    codecs: formats.flatMap((format) => readCodec(format) ?? []),
    ...(bitRate !== undefined && { bitRate }),
    ...(packetTime !== undefined && { packetTime }),
    ...(content !== undefined && { content }),
    ...(label !== undefined && { label }),
    ...(mid !== undefined && { mid }),
  };
}

/** A text attribute, which the parser makes a number where it looks like one; undefined if it could not be written back. */
function textOf(value: unknown): string | undefined {
  const text = String(value ?? '').replaceAll(' ', '');
  return /^[\x21-\x7e]{1,255}$/.test(text) ? text : undefined;
}

function connectionAddress(media: ParsedShared, session: ParsedSession): string {
  return literalOf(String(media.connection?.ip ?? session.connection?.ip ?? session.origin?.address));
}

function readDirection(media: ParsedShared, session: ParsedShared): Direction {
  return media.direction ?? session.direction ?? 'sendrecv';
}

/** The address of a=rtcp (RFC 3605), where it is not the usual one. */
function readRtcpAddress(media: ParsedMedia, rtp: TransportAddress): TransportAddress | undefined {
  const port = Number(media.rtcp?.port ?? 0);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  const address = media.rtcp?.address === undefined ? rtp.address : literalOf(String(media.rtcp.address));
  return address === rtp.address && port === rtp.port + 1 ? undefined : { address, port };
}

/** No line carries more, kbit/s: larger figures are a mistake. */
const MAXIMUM_KILOBITS = 10_000_000;

/**
 * The least of the bit rates that a section names. b=CT, which LifeSize writes for the session, is counted like b=AS; b=RS and b=RR are
 * about RTCP. 0 says nothing here: a stream is switched off by its port or direction.
 */
function readBitRate(section: ParsedShared, mediaType: string | undefined): number | undefined {
  const rates = (section.bandwidth ?? []).flatMap(({ type, limit }) => {
    const value = Number(limit);
    if (type === 'TIAS') return value <= MAXIMUM_KILOBITS * 1000 ? [value] : [];
    if (type !== 'AS' && type !== 'CT') return [];
    return value <= MAXIMUM_KILOBITS ? [fromApplicationSpecific(value, mediaType)] : [];
  });
  const named = rates.filter((rate) => rate > 0);
  return named.length === 0 ? undefined : Math.min(...named);
}
