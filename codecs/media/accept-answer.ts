import { type AgreedAudio, chooseTelephoneEvent } from './answer-audio.ts';
import { type AgreedVideo, limitedToAnswer, withParameterSets } from './answer-video.ts';
import { isAudio, isTelephoneEvent, isVideo, matchingAudio, matchingVideo } from './codec-match.ts';
import type { Codec, MediaDescription, StreamDescription } from './description.ts';
import { commonDirection, effectiveDirection, mirrored } from './direction.ts';
import { isSpoken, type NoCommonMedia } from './negotiate.ts';
import type { LocalCapabilities, NegotiatedMedia, NegotiatedStream } from './negotiated.ts';
import { negotiatedAudio, negotiatedVideo } from './negotiated-stream.ts';

/**
 * Takes the answer to an offer that we made (RFC 3264 §7). Lines are matched by their place. Of the answered codecs we send the
 * first that we offered, with the answered payload type; we are ready to receive all that we offered, for some peers answer
 * with one payload type and send another. Codecs that we never offered (some rooms list all they have) are passed over; the
 * same codec under another payload type is taken.
 */
export function acceptAnswer(
  ourOffer: MediaDescription,
  theirAnswer: MediaDescription,
  local: LocalCapabilities,
): { readonly media: NegotiatedMedia } | NoCommonMedia {
  const streams = ourOffer.streams.flatMap((ours, index): NegotiatedStream[] => {
    const theirs = theirAnswer.streams[index];
    if (theirs === undefined || ours.address.port === 0 || theirs.address.port === 0) return [];
    if (theirs.mediaType !== ours.mediaType || !isSpoken(theirs.protocol)) return [];
    const direction = commonDirection(ours.direction, mirrored(effectiveDirection(theirs)));
    const frame = { index, theirs, direction, rtcpMux: ours.rtcpMux && theirs.rtcpMux };
    if (ours.kind === 'audio') {
      const agreed = acceptAudio(ours, theirs);
      return agreed === undefined ? [] : [negotiatedAudio(frame, agreed)];
    }
    if (ours.kind !== 'main') return [];
    const agreed = acceptVideo(ours, theirs);
    return agreed === undefined ? [] : [negotiatedVideo(frame, agreed, theirAnswer, local)];
  });
  return streams.length === 0 ? { failure: 'no-common-media' } : { media: { streams } };
}

function acceptAudio(ours: StreamDescription, theirs: StreamDescription): AgreedAudio | undefined {
  const offered = ours.codecs.filter(isAudio);
  const common = theirs.codecs.filter(isAudio).flatMap((answer) => {
    const match = matchingAudio(answer, offered);
    return match === undefined ? [] : [{ answer, match }];
  });
  const [first] = common;
  if (first === undefined) return undefined;
  const events = ours.codecs.filter(isTelephoneEvent);
  const send = chooseTelephoneEvent(theirs.codecs.filter(isTelephoneEvent), events, first.answer.clockRate);
  const receive = send && matchingAudio(send, events);
  return {
    announced: ours.codecs,
    send: first.answer,
    receive: withAliases(
      offered,
      common.map(({ answer, match }) => ({ ...match, payloadType: answer.payloadType })),
    ),
    ...(send !== undefined && receive !== undefined && { telephoneEvent: { send, receive } }),
  };
}

function acceptVideo(ours: StreamDescription, theirs: StreamDescription): AgreedVideo | undefined {
  const offered = ours.codecs.filter(isVideo);
  const common = theirs.codecs.filter(isVideo).flatMap((answer) => {
    // The payload type says which of our codecs is meant, even where the answer leaves its parameters out.
    const samePayloadType = offered.find(
      ({ name, payloadType }) => name === answer.name && payloadType === answer.payloadType,
    );
    const match = samePayloadType ?? matchingVideo(answer, offered);
    return match === undefined ? [] : [{ answer, match }];
  });
  const [first] = common;
  if (first === undefined) return undefined;
  const sameCodec = offered.filter(({ name }) => name === first.match.name);
  const aliases = common.flatMap(({ answer, match }) =>
    answer.name === first.match.name ? [{ ...match, payloadType: answer.payloadType }] : [],
  );
  return {
    announced: offered,
    send: limitedToAnswer(first.answer, first.match),
    receive: withAliases(sameCodec, aliases).map((codec) => withParameterSets(codec, first.answer)),
  };
}

/** What we offered, and behind it the payload types that only the answer has: RFC 3264 §5.1 lets peers send those by mistake only, and some do. */
function withAliases<C extends Codec>(offered: readonly C[], aliases: readonly C[]): readonly C[] {
  const known = new Set(offered.map(({ payloadType }) => payloadType));
  return [...offered, ...aliases.filter(({ payloadType }) => !known.has(payloadType))];
}
