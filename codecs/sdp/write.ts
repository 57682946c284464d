import type { MediaDescription, StreamDescription } from '#codecs/media/description.ts';
import { connectionData, isIpv4, isIpv6 } from './address.ts';
import { toApplicationSpecific } from './bandwidth.ts';
import { feedbackLines, formatParametersOf, rtpmapOf } from './write-codec.ts';

/** Settings of the lines that no stream decides. */
export interface WriteOptions {
  /** IPv4 or IPv6 literal for o= and the c= of the session. */
  readonly address: string;
}

/**
 * Writes a session description (RFC 8866): CRLF, the lines in the order of the grammar, b= both as TIAS and as AS because peers know one or
 * the other. A stream with port 0 is written as a bare refused line.
 * @throws RangeError if a field would break the grammar: an address that is no literal, a port or text that cannot stand on a line
 */
export function writeSdp(description: MediaDescription, options: WriteOptions): string {
  const address = checkedAddress(options.address);
  const { sessionId = '0', version = '0' } = description.origin ?? {};
  const lines = [
    'v=0',
    `o=- ${token(sessionId)} ${token(version)} ${connectionData(address)}`,
    's=-',
    `c=${connectionData(address)}`,
    ...bandwidthLines(description.bitRate, undefined),
    't=0 0',
    ...description.streams.flatMap((stream) =>
      stream.address.port === 0 ? refusedLines(stream) : runningLines(stream, address),
    ),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function refusedLines(stream: StreamDescription): readonly string[] {
  return [mediaLine(stream, stream.formats), ...attribute('mid', stream.mid)];
}

function runningLines(stream: StreamDescription, sessionAddress: string): readonly string[] {
  const { codecs } = stream;
  const address = checkedAddress(stream.address.address);
  return [
    mediaLine(stream, codecs.length === 0 ? stream.formats : codecs.map(({ payloadType }) => String(payloadType))),
    ...(address === sessionAddress ? [] : [`c=${connectionData(address)}`]),
    ...bandwidthLines(stream.bitRate, stream.mediaType),
    ...codecs.flatMap((codec) => {
      const parameters = formatParametersOf(codec);
      return [
        `a=rtpmap:${rtpmapOf(codec)}`,
        ...(parameters === undefined ? [] : [`a=fmtp:${codec.payloadType} ${parameters}`]),
      ];
    }),
    ...feedbackLines(codecs).map((line) => `a=rtcp-fb:${line}`),
    ...(stream.packetTime === undefined ? [] : [`a=ptime:${stream.packetTime}`]),
    `a=${stream.direction}`,
    ...rtcpLines(stream),
    ...attribute('content', stream.content),
    ...attribute('label', stream.label),
    ...attribute('mid', stream.mid),
  ];
}

function rtcpLines(stream: StreamDescription): readonly string[] {
  const { rtcpAddress: rtcp } = stream;
  return [
    ...(rtcp === undefined ? [] : [`a=rtcp:${checkedPort(rtcp.port)} ${connectionData(checkedAddress(rtcp.address))}`]),
    ...(stream.rtcpMux ? ['a=rtcp-mux'] : []),
    ...(stream.rtcpReducedSize ? ['a=rtcp-rsize'] : []),
  ];
}

/** RFC 8866 §5.14 demands one format at least; a line that came without any is refused with 0. */
function mediaLine(stream: StreamDescription, formats: readonly string[]): string {
  const written = formats.length === 0 ? ['0'] : formats;
  return `m=${token(stream.mediaType)} ${checkedPort(stream.address.port)} ${token(stream.protocol)} ${written.map(token).join(' ')}`;
}

function bandwidthLines(bitRate: number | undefined, mediaType: string | undefined): readonly string[] {
  if (bitRate === undefined) return [];
  if (!Number.isSafeInteger(bitRate) || bitRate <= 0)
    throw new RangeError(`bit rate ${bitRate} is not a positive whole number`);
  return [`b=AS:${toApplicationSpecific(bitRate, mediaType)}`, `b=TIAS:${bitRate}`];
}

function attribute(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`a=${name}:${token(value)}`];
}

/** Text that stands alone between blanks: what a peer wrote must not make lines of its own here. */
function token(text: string): string {
  if (!/^[^\s\p{Cc}]+$/u.test(text)) throw new RangeError(`${JSON.stringify(text)} cannot stand on a line of SDP`);
  return text;
}

function checkedPort(port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`${port} is not a port`);
  return port;
}

function checkedAddress(address: string): string {
  if (!isIpv4(address) && !isIpv6(address)) throw new RangeError(`${JSON.stringify(address)} is not an IP address`);
  return address;
}
