import type { Codec } from '#codecs/media/description.ts';
import type { OutgoingChannel } from '../h245/outgoing-channel.ts';

/**
 * Of what the other side can receive, the codecs that count while a channel of ours is open: its own, and the one that comes from them,
 * which may be one that they cannot receive. A better one that is told later, as after fast start, is no reason to close a channel that
 * works (H.323 §8.1.7.2); one that they cannot receive any more is.
 */
export function keptCodecs(
  codecs: readonly Codec[],
  sending: { readonly channel: OutgoingChannel; readonly media: { readonly send: Codec } } | undefined,
  incoming: Codec | undefined,
): readonly Codec[] {
  const open = sending?.channel.state === 'open' ? sending.media.send.name : undefined;
  const kept =
    open !== undefined && codecs.some(({ name }) => name === open)
      ? codecs.filter(({ name }) => name === open || name === 'telephone-event')
      : codecs;
  return incoming === undefined || kept.some(({ name }) => name === incoming.name)
    ? kept
    : [...kept, { ...incoming, incomingOnly: true }];
}
