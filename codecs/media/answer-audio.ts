import { isAudio, isTelephoneEvent, matchingAudio } from './codec-match.ts';
import type { AudioCodec, Codec, StreamDescription, TelephoneEventCodec } from './description.ts';
import type { LocalCapabilities } from './negotiated.ts';

/** What an audio line comes to. */
export interface AgreedAudio {
  /** What we announce: the chosen codec first. */
  readonly announced: readonly Codec[];
  readonly send: AudioCodec;
  readonly receive: readonly AudioCodec[];
  readonly telephoneEvent?: { readonly send: TelephoneEventCodec; readonly receive: TelephoneEventCodec };
}

/**
 * Answers the codecs of an offered audio line.
 * Policy: of the codecs that both have we send the one that stands first in OUR order (Opus, G.722, G.711), whatever the peer's
 * order: rooms list their own licensed codecs first and then often narrow-band ones. All common codecs are accepted on receive,
 * with the peer's payload types.
 * @returns undefined if there is no common codec
 */
export function answerAudio(offered: StreamDescription, local: LocalCapabilities): AgreedAudio | undefined {
  const ours = local.audio.filter(isAudio);
  const common = offered.codecs.filter(isAudio).flatMap((theirs) => {
    const match = matchingAudio(theirs, ours);
    return match === undefined
      ? []
      : [
          {
            theirs,
            answer: { ...match, payloadType: theirs.incomingPayloadType ?? theirs.payloadType },
            preference: ours.indexOf(match),
          },
        ];
  });
  // What they only send comes last: it is named where there is nothing that they take, and then nothing is sent.
  const [best] = common.toSorted(
    (a, b) => Number(isIncomingOnly(a)) - Number(isIncomingOnly(b)) || a.preference - b.preference,
  );
  if (best === undefined) return undefined;
  const receive = [best, ...common.filter((candidate) => candidate !== best)].map(({ answer }) => answer);
  const event = chooseTelephoneEvent(
    offered.codecs.filter(isTelephoneEvent),
    local.audio.filter(isTelephoneEvent),
    best.theirs.clockRate,
  );
  if (event === undefined) return { announced: receive, send: best.theirs, receive };
  const received = { ...event, payloadType: event.incomingPayloadType ?? event.payloadType };
  return {
    announced: [...receive, received],
    send: best.theirs,
    receive,
    telephoneEvent: { send: event, receive: received },
  };
}

function isIncomingOnly({ theirs }: { readonly theirs: AudioCodec }): boolean {
  return theirs.incomingOnly === true;
}

/**
 * The DTMF payload type that goes with a codec: the one with the codec's clock (RFC 4733 §2.1). Many rooms offer Opus with
 * events at 8000 Hz only; then that one is taken.
 */
export function chooseTelephoneEvent(
  theirs: readonly TelephoneEventCodec[],
  ours: readonly TelephoneEventCodec[],
  clockRate: number,
): TelephoneEventCodec | undefined {
  const common = theirs.filter((event) => matchingAudio(event, ours) !== undefined);
  return (
    common.find((event) => event.clockRate === clockRate) ??
    common.find((event) => event.clockRate === 8000) ??
    common[0]
  );
}
