import type { AgreedAudio } from './answer-audio.ts';
import type { AgreedVideo } from './answer-video.ts';
import type { Direction, MediaDescription, StreamDescription, TransportAddress } from './description.ts';
import type { LocalCapabilities, NegotiatedAudio, NegotiatedVideo } from './negotiated.ts';
import { packetTimeFor } from './packet-time.ts';
import { videoSendRate, withAudioRate } from './send-rate.ts';

/** Where and how a stream runs, whatever is in it. */
export interface StreamFrame {
  /** Place of the media line. */
  readonly index: number;
  /** The peer's line. */
  readonly theirs: StreamDescription;
  /** Our direction. */
  readonly direction: Direction;
  readonly rtcpMux: boolean;
}

function transportOf({ index, theirs, direction, rtcpMux }: StreamFrame) {
  return { index, remote: theirs.address, remoteRtcp: remoteRtcp(theirs, rtcpMux), rtcpMux, direction };
}

function remoteRtcp(theirs: StreamDescription, rtcpMux: boolean): TransportAddress {
  if (rtcpMux) return theirs.address;
  return theirs.rtcpAddress ?? { address: theirs.address.address, port: Math.min(65535, theirs.address.port + 1) };
}

/** What the engine needs to run an audio stream. */
export function negotiatedAudio(frame: StreamFrame, agreed: AgreedAudio): NegotiatedAudio {
  const { announced: _, ...media } = agreed;
  return {
    kind: 'audio',
    ...transportOf(frame),
    ...media,
    send: withAudioRate(agreed.send, frame.theirs),
    packetTime: packetTimeFor(agreed.send, frame.theirs.packetTime),
  };
}

/** What the engine needs to run the main video stream. */
export function negotiatedVideo(
  frame: StreamFrame,
  agreed: AgreedVideo,
  session: Pick<MediaDescription, 'bitRate'>,
  local: LocalCapabilities,
): NegotiatedVideo {
  return {
    kind: 'main',
    ...transportOf(frame),
    send: agreed.send,
    receive: agreed.receive,
    sendBitRate: videoSendRate(agreed.send, frame.theirs, session, local.videoBitRate),
  };
}
