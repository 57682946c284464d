import { announced, answeredH264 } from './announced-codec.ts';
import { isVideo, matchingVideo } from './codec-match.ts';
import type { StreamDescription, VideoCodec } from './description.ts';
import { commonFeedback } from './feedback.ts';
import { lowerLevel } from './h264-level.ts';
import type { LocalCapabilities } from './negotiated.ts';
import { maximumFrameSize } from './video-format.ts';

/** What a video line comes to. */
export interface AgreedVideo {
  /** What we announce: the chosen codec first. */
  readonly announced: readonly VideoCodec[];
  /** The peer's payload type and limits. */
  readonly send: VideoCodec;
  readonly receive: readonly VideoCodec[];
}

interface Candidate {
  readonly theirs: VideoCodec;
  readonly ours: VideoCodec;
}

/**
 * Answers the codecs of an offered video line.
 * The codec is the first of our order that both have; of its payload types the one that we send is chosen by
 * packetization-mode 1 before 0, then by the larger picture that both sides take, then by our order of profiles, then by the
 * peer's order. All payload types of the codec stay in the answer in that order, each with the offered profile and mode; other codecs do not,
 * so that the stream can be handed on as it is without ever changing codec.
 * @returns undefined if there is no common codec
 */
export function answerVideo(offered: StreamDescription, local: LocalCapabilities): AgreedVideo | undefined {
  const candidates = offered.codecs.filter(isVideo).flatMap((theirs): Candidate[] => {
    const ours = matchingVideo(theirs, local.video);
    return ours === undefined ? [] : [{ theirs, ours }];
  });
  const rank = (name: VideoCodec['name']) => local.video.findIndex((codec) => codec.name === name);
  const ranked = candidates.toSorted(
    (a, b) =>
      Number(a.theirs.incomingOnly === true) - Number(b.theirs.incomingOnly === true) ||
      rank(a.theirs.name) - rank(b.theirs.name) ||
      packetizationMode(b.theirs) - packetizationMode(a.theirs) ||
      commonFrameSize(b) - commonFrameSize(a) ||
      local.video.indexOf(a.ours) - local.video.indexOf(b.ours),
  );
  const [best] = ranked;
  if (best === undefined) return undefined;
  const all = ranked
    .filter(({ theirs }) => theirs.name === best.theirs.name || theirs.incomingOnly === true)
    .map((candidate) => ({ candidate, answer: answerCodec(candidate, local.videoBitRate) }));
  return {
    announced: all.map(({ answer }) => answer),
    send: limitedToAnswer(best.theirs, answerCodec(best, local.videoBitRate)),
    receive: all.map(({ candidate, answer }) => withParameterSets(answer, candidate.theirs)),
  };
}

function packetizationMode(codec: VideoCodec): number {
  return codec.name === 'H264' ? codec.h264.packetizationMode : 0;
}

/** VP8 without max-fs takes any size: both are then infinite, and a difference of infinities would be no number. */
function commonFrameSize({ theirs, ours }: Candidate): number {
  return Math.min(maximumFrameSize(theirs), maximumFrameSize(ours), Number.MAX_SAFE_INTEGER);
}

function answerCodec({ theirs, ours }: Candidate, videoBitRate: number): VideoCodec {
  const payloadType = theirs.incomingPayloadType ?? theirs.payloadType;
  const base = { ...ours, payloadType, feedback: commonFeedback(ours.feedback, theirs.feedback) };
  if (base.name !== 'H264' || theirs.name !== 'H264' || ours.name !== 'H264') return base;
  return announced({ ...base, h264: answeredH264(theirs.h264, ours) }, videoBitRate);
}

/** What we send: the peer's limits, its feedback as far as answered, and the answered level where the level is the same in both directions. */
export function limitedToAnswer(theirs: VideoCodec, ours: VideoCodec): VideoCodec {
  const feedback = commonFeedback(theirs.feedback, ours.feedback);
  if (theirs.name !== 'H264' || ours.name !== 'H264') return { ...theirs, feedback };
  const isAsymmetric = theirs.h264.levelAsymmetryAllowed && ours.h264.levelAsymmetryAllowed;
  const level = isAsymmetric ? theirs.h264.level : lowerLevel(theirs.h264.level, ours.h264.level);
  const { parameterSets: _, ...codec } = theirs;
  return { ...codec, feedback, h264: { ...theirs.h264, level } };
}

/** Out-of-band parameter sets belong to the stream of their writer: the peer's are needed to decode what we receive. */
export function withParameterSets(receive: VideoCodec, theirs: VideoCodec): VideoCodec {
  if (receive.name !== 'H264' || theirs.name !== 'H264') return receive;
  const { parameterSets: _, ...codec } = receive;
  return theirs.parameterSets === undefined ? codec : { ...codec, parameterSets: theirs.parameterSets };
}
