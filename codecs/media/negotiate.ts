import { answerAudio } from './answer-audio.ts';
import { answerVideo } from './answer-video.ts';
import type { MediaDescription, StreamDescription } from './description.ts';
import { effectiveDirection, mirrored } from './direction.ts';
import type { LocalCapabilities, LocalTransport, NegotiatedMedia, NegotiatedStream } from './negotiated.ts';
import { negotiatedAudio, negotiatedVideo } from './negotiated-stream.ts';
import { refused, running, sessionBitRate } from './own-stream.ts';
import { type OwnSession, withOrigin } from './session-version.ts';

/** Offer and answer have no stream in common. */
export interface NoCommonMedia {
  readonly failure: 'no-common-media';
}

const NO_COMMON_MEDIA: NoCommonMedia = { failure: 'no-common-media' };

/** Whether a line's transport profile is one that we speak. */
export function isSpoken(protocol: string): boolean {
  return protocol === 'RTP/AVP' || protocol === 'RTP/AVPF';
}

interface AnsweredLine {
  readonly line: StreamDescription;
  readonly media: NegotiatedStream;
}

/**
 * Answers an offer (RFC 3264 §6): every media line keeps its place; the first audio line and the first main video line that we
 * can do are accepted with the peer's payload types and transport profile, all others are refused with port 0.
 * An offer whose audio and video lines are all disabled (a hold by port 0) is answered alike, with no stream running.
 * @param transport where our streams are
 * @param session the origin of what we write in this dialog, and what we wrote last
 */
export function negotiate(
  offer: MediaDescription,
  local: LocalCapabilities,
  transport: LocalTransport,
  session: OwnSession,
): { readonly answer: MediaDescription; readonly media: NegotiatedMedia } | NoCommonMedia {
  const accepted: (AnsweredLine | undefined)[] = [];
  for (const [index, theirs] of offer.streams.entries()) {
    const isTaken = accepted.some((other) => other?.media.kind === theirs.kind);
    accepted.push(isTaken ? undefined : acceptLine(index, theirs, offer, local, transport));
  }
  const running = accepted.flatMap((line) => (line === undefined ? [] : [line.media]));
  if (running.length === 0 && !isDisabled(offer)) return NO_COMMON_MEDIA;
  const streams = offer.streams.map(
    (theirs, index) => accepted[index]?.line ?? refused(theirs, transport.audio.address),
  );
  return {
    answer: withOrigin({ streams, bitRate: sessionBitRate(local) }, session),
    media: { streams: running },
  };
}

/** Whether the peer has itself disabled every audio and video line, of which there must be one. */
function isDisabled(offer: MediaDescription): boolean {
  const lines = offer.streams.filter(({ kind }) => kind === 'audio' || kind === 'main' || kind === 'content');
  return lines.length > 0 && lines.every(({ address }) => address.port === 0);
}

function acceptLine(
  index: number,
  theirs: StreamDescription,
  offer: MediaDescription,
  local: LocalCapabilities,
  transport: LocalTransport,
): AnsweredLine | undefined {
  if (theirs.address.port === 0 || !isSpoken(theirs.protocol)) return undefined;
  const direction = mirrored(effectiveDirection(theirs));
  const frame = { index, theirs, direction, rtcpMux: theirs.rtcpMux };
  const settings = {
    kind: theirs.kind,
    mediaType: theirs.mediaType,
    protocol: theirs.protocol,
    direction,
    rtcpMux: theirs.rtcpMux,
    rtcpReducedSize: theirs.rtcpReducedSize,
    ...(theirs.mid !== undefined && { mid: theirs.mid }),
  };
  if (theirs.kind === 'audio') {
    const agreed = answerAudio(theirs, local);
    if (agreed === undefined) return undefined;
    return { line: running(settings, transport.audio, agreed.announced, local), media: negotiatedAudio(frame, agreed) };
  }
  if (theirs.kind === 'main') {
    const agreed = answerVideo(theirs, local);
    if (agreed === undefined) return undefined;
    const content = theirs.content === undefined ? {} : { content: 'main' };
    return {
      line: running({ ...settings, ...content }, transport.main, agreed.announced, local),
      media: negotiatedVideo(frame, agreed, offer, local),
    };
  }
  return undefined;
}
