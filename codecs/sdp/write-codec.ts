import type { Codec, Feedback, H264Codec, OpusParameters, Vp8Limits } from '#codecs/media/description.ts';
import { formatProfileLevelId } from '#codecs/media/h264-profile.ts';
import { writeIntervals } from './picture-intervals.ts';

/** The value of a=rtpmap (RFC 8866 §6.6). */
export function rtpmapOf(codec: Codec): string {
  // RFC 7587 §7: Opus is always written with two channels.
  const channels = codec.name === 'opus' ? '/2' : '';
  return `${codec.payloadType} ${codec.name}/${codec.clockRate}${channels}`;
}

/** The parameters of a=fmtp; undefined where the codec needs none. */
export function formatParametersOf(codec: Codec): string | undefined {
  const parameters = parametersOf(codec);
  return parameters.length === 0 ? undefined : parameters.join(';');
}

function parametersOf(codec: Codec): readonly string[] {
  switch (codec.name) {
    case 'opus':
      return opusParameters(codec.opus);
    case 'telephone-event':
      return ['0-15'];
    case 'H264':
      return h264Parameters(codec);
    case 'VP8':
      return vp8Parameters(codec.vp8);
    case 'H261':
      return writeIntervals(codec.h261.intervals);
    case 'H263':
    case 'H263-1998':
    case 'H263-2000':
      return [...writeIntervals(codec.h263.intervals), ...numbered('MaxBR', codec.h263.maxBr)];
    default:
      return [];
  }
}

function numbered(name: string, value: number | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}

function flagged(name: string, value: boolean): readonly string[] {
  return value ? [`${name}=1`] : [];
}

function opusParameters(opus: OpusParameters): readonly string[] {
  return [
    ...numbered('maxplaybackrate', opus.maxPlaybackRate),
    ...numbered('maxaveragebitrate', opus.maxAverageBitrate),
    ...flagged('stereo', opus.stereo),
    ...flagged('useinbandfec', opus.useInbandFec),
    ...flagged('usedtx', opus.useDtx),
  ];
}

/** packetization-mode is always written: some peers refuse a payload type that leaves it to the default. */
function h264Parameters({ h264, parameterSets }: H264Codec): readonly string[] {
  return [
    `profile-level-id=${formatProfileLevelId(h264)}`,
    `packetization-mode=${h264.packetizationMode}`,
    ...flagged('level-asymmetry-allowed', h264.levelAsymmetryAllowed),
    ...numbered('max-fs', h264.maxFs),
    ...numbered('max-mbps', h264.maxMbps),
    ...numbered('max-br', h264.maxBr),
    ...numbered('max-fps', h264.maxFps === undefined ? undefined : Math.round(h264.maxFps * 100)),
    ...(parameterSets === undefined || parameterSets.length === 0
      ? []
      : [`sprop-parameter-sets=${parameterSets.join(',')}`]),
  ];
}

function vp8Parameters({ maxFs, maxFr }: Vp8Limits): readonly string[] {
  return [...numbered('max-fs', maxFs), ...numbered('max-fr', maxFr)];
}

/**
 * The values of a=rtcp-fb for the codecs of a line (RFC 4585 §4.2): with `*` where all say the same, as rooms write it and to keep an
 * offer small; else by payload type.
 */
export function feedbackLines(codecs: readonly Codec[]): readonly string[] {
  const entries = codecs.flatMap((codec) =>
    'feedback' in codec ? [{ payloadType: codec.payloadType, messages: messagesOf(codec.feedback) }] : [],
  );
  const [first] = entries;
  if (first === undefined) return [];
  const isAlike = entries.every(({ messages }) => messages.join() === first.messages.join());
  if (isAlike) return first.messages.map((message) => `* ${message}`);
  return entries.flatMap(({ payloadType, messages }) => messages.map((message) => `${payloadType} ${message}`));
}

function messagesOf(feedback: Feedback): readonly string[] {
  return [
    ...(feedback.nack ? ['nack'] : []),
    ...(feedback.pli ? ['nack pli'] : []),
    ...(feedback.fir ? ['ccm fir'] : []),
    ...(feedback.tmmbr ? ['ccm tmmbr'] : []),
    ...(feedback.remb ? ['goog-remb'] : []),
  ];
}
