import type { Feedback } from '#codecs/media/description.ts';
import { parseFormatParameters } from './fmtp.ts';
import type { MediaLine } from './lines.ts';
import type { ParsedMedia } from './parsed-session.ts';
import { type PayloadFormat, STATIC_ENCODINGS } from './read-codec.ts';

/** What the line says about each of its payload types, in the line's order; formats that are no payload type are left out. */
export function payloadFormats(line: MediaLine, media: ParsedMedia): readonly PayloadFormat[] {
  return line.formats.flatMap((format): PayloadFormat[] => {
    if (!/^\d{1,3}$/.test(format) || Number(format) > 127) return [];
    const payloadType = Number(format);
    const map = media.rtp.findLast(({ payload }) => payload === payloadType);
    const fixed = STATIC_ENCODINGS.get(payloadType);
    const encoding = map?.codec ?? fixed?.encoding;
    if (encoding === undefined) return [];
    const parameters = media.fmtp.filter(({ payload }) => payload === payloadType).map(({ config }) => String(config));
    return [
      {
        payloadType,
        encoding: String(encoding),
        clockRate: map === undefined ? fixed?.clockRate : clockRateOf(map.rate),
        parameters: parseFormatParameters(parameters.join(';')),
        feedback: readFeedback(media, payloadType),
      },
    ];
  });
}

function clockRateOf(rate: unknown): number | undefined {
  return typeof rate === 'number' && rate > 0 ? rate : undefined;
}

/** What a=rtcp-fb says of a payload type, by its number or by `*` (RFC 4585 §4.2), in whatever transport profile: many rooms write it in RTP/AVP. */
function readFeedback(media: ParsedMedia, payloadType: number): Feedback {
  const messages = new Set(
    (media.rtcpFb ?? [])
      .filter(({ payload }) => payload === '*' || payload === payloadType)
      .map(({ type, subtype }) => (subtype === undefined ? type : `${type} ${subtype}`)),
  );
  return {
    nack: messages.has('nack'),
    pli: messages.has('nack pli'),
    fir: messages.has('ccm fir'),
    tmmbr: messages.has('ccm tmmbr'),
    remb: messages.has('goog-remb'),
  };
}
