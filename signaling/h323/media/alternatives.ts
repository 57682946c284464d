import type { MediaDescription } from '#codecs/media/description.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { LocalCapabilities, NegotiatedAudio, NegotiatedStream } from '#codecs/media/negotiated.ts';
import { kindOf } from './data-type.ts';

/** Nobody is sent to: what is proposed has no address of the other side yet. */
const NOWHERE = { address: '0.0.0.0', port: 9 } as const;
const SESSION = { origin: { sessionId: '0', version: '0' } } as const;

/**
 * A medium with each codec that both sides may have, the one that was agreed first: what a fast start lets the other side choose from
 * (H.323 §8.1.7).
 * @param offer what `media` was agreed from
 */
export function alternatives(
  media: NegotiatedStream,
  offer: MediaDescription,
  local: LocalCapabilities,
): NegotiatedStream[] {
  return media.kind === 'audio' ? withEachCodec(media) : withEachPicture(media, offer, local);
}

/** What may come of sound is all that is agreed. */
function withEachCodec(media: NegotiatedAudio): NegotiatedAudio[] {
  const others = media.receive.filter(({ name }) => name !== media.send.name);
  return [media.send, ...others].map((send) => ({ ...media, send }));
}

/** A picture keeps the one codec that is agreed: each other one is agreed as if the other side had nothing else. */
function withEachPicture(
  media: NegotiatedStream,
  { streams, ...rest }: MediaDescription,
  local: LocalCapabilities,
): NegotiatedStream[] {
  const offered = streams.filter((stream) => kindOf(stream) === kindOf(media));
  const names = local.video.map(({ name }) => name).filter((name) => name !== media.send.name);
  const others = [...new Set(names)].flatMap((name) => {
    const narrow = offered.map((stream) => ({
      ...stream,
      codecs: stream.codecs.filter((codec) => codec.name === name),
    }));
    const result = negotiate({ ...rest, streams: narrow }, local, { audio: NOWHERE, main: NOWHERE }, SESSION);
    return 'failure' in result ? [] : result.media.streams;
  });
  return [media, ...others];
}
