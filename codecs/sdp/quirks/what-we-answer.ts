/** What our negotiation makes of a description, in short, for tables. For tests. */
import { readFileSync } from 'node:fs';
import type { MediaDescription } from '#codecs/media/description.ts';
import { LOCAL, SESSION, TRANSPORT } from '#codecs/media/example-lines.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { NegotiatedMedia } from '#codecs/media/negotiated.ts';
import { fits } from '#codecs/media/video-format.ts';
import { read } from '../example-sdp.ts';
import { writeSdp } from '../write.ts';

/** Ours, largest first, at 25 pictures a second. */
const SIZES = [
  { width: 1920, height: 1080, frameRate: 25 },
  { width: 1280, height: 720, frameRate: 25 },
  { width: 640, height: 360, frameRate: 25 },
] as const;

/** A description: of a file in `vectors/`, or of media lines in a session of their own. */
export function described(sdp: string | readonly string[]): MediaDescription {
  return typeof sdp === 'string'
    ? read(readFileSync(new URL(`../vectors/${sdp}.sdp`, import.meta.url), 'latin1'))
    : read(['v=0', 'o=- 1 1 IN IP4 192.0.2.9', 's=-', 'c=IN IP4 192.0.2.9', 't=0 0', ...sdp, ''].join('\r\n'));
}

/** Our answer to an offer line by line, as it is read again from what we write; or why there is none. */
export function answerTo(sdp: string | readonly string[]): string[] | string {
  const result = negotiate(described(sdp), LOCAL, TRANSPORT, SESSION);
  if ('failure' in result) {
    return result.failure;
  }
  return read(writeSdp(result.answer, { address: '192.0.2.1' })).streams.map(
    ({ mediaType, protocol, address, formats, direction }) =>
      `${mediaType} ${protocol} ${address.port === 0 ? 'refused' : `${formats.join(' ')} ${direction}`}`,
  );
}

/** What we send after an offer: sound, DTMF, picture. */
export function sentTo(sdp: string | readonly string[]): string {
  const result = negotiate(described(sdp), LOCAL, TRANSPORT, SESSION);
  return 'failure' in result ? 'nothing' : sent(result.media);
}

/** The same of what was negotiated. */
export function sent(media: NegotiatedMedia): string {
  const parts = media.streams.flatMap((stream) => {
    if (stream.kind === 'audio') {
      const dtmf = stream.telephoneEvent === undefined ? [] : [`DTMF ${stream.telephoneEvent.send.payloadType}`];
      return [`${stream.send.payloadType} ${stream.send.name}`, ...dtmf];
    }
    const { send } = stream;
    const largest = SIZES.find((size) => fits(send, size));
    const size = largest === undefined ? 'smaller' : `${largest.height}p`;
    return [`${send.payloadType} ${send.name} ${size} ${Math.round(stream.sendBitRate / 1000)} kbit/s`];
  });
  return parts.join(', ');
}
