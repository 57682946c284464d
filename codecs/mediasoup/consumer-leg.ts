import type { RtcpFeedback, RtpCodecParameters, RtpParameters } from 'mediasoup/types';
import type { AudioCodec, Feedback, TransportAddress, VideoCodec } from '#codecs/media/description.ts';
import { parseProfileLevelId } from '#codecs/media/h264-profile.ts';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';

/** What the engine needs to receive a consumer of a plain transport: the stream of a browser. */
export interface ConsumerLeg {
  /** Direction `recvonly`: nothing is sent but RTCP, and `send` only repeats what is received. */
  readonly stream: NegotiatedAudio | NegotiatedVideo;
  /** SSRC of the stream; it stays the same through simulcast layers. */
  readonly ssrc: number;
  /** SSRC and payload type of retransmissions (RFC 4588), if the router sends any. */
  readonly rtx?: { readonly ssrc: number; readonly payloadType: number };
  /** RTCP canonical name: equal for streams of one browser that are in lip sync. */
  readonly cname?: string;
}

/** How the leg's transport stands. */
export interface ConsumerTransport {
  /** Place of the stream among those of its leg. */
  readonly index: number;
  /** The plain transport's address, which RTCP goes to. With rtcpMux: the only one. */
  readonly remote: TransportAddress;
  /** What the stream is for. */
  readonly kind: 'audio' | 'main' | 'content';
}

/**
 * Reads the RTP parameters of a consumer.
 * @returns undefined if the codec is none of ours, the kind is another, or the SSRC is missing
 */
export function consumerLeg(parameters: RtpParameters, transport: ConsumerTransport): ConsumerLeg | undefined {
  const [encoding] = parameters.encodings ?? [];
  const ssrc = encoding?.ssrc;
  const media = parameters.codecs.find((codec) => !isRtx(codec));
  const stream = media === undefined ? undefined : streamOf(media, transport);
  if (ssrc === undefined || media === undefined || stream === undefined) return undefined;
  const rtxCodec = parameters.codecs.find((codec) => isRtx(codec) && codec.parameters?.apt === media.payloadType);
  const cname = parameters.rtcp?.cname;
  return {
    stream,
    ssrc,
    ...(encoding?.rtx !== undefined &&
      rtxCodec !== undefined && { rtx: { ssrc: encoding.rtx.ssrc, payloadType: rtxCodec.payloadType } }),
    ...(cname !== undefined && { cname }),
  };
}

function isRtx(codec: RtpCodecParameters): boolean {
  return codec.mimeType.toLowerCase().endsWith('/rtx');
}

function streamOf(
  codec: RtpCodecParameters,
  transport: ConsumerTransport,
): NegotiatedAudio | NegotiatedVideo | undefined {
  const { index, remote, kind } = transport;
  const base = { index, remote, remoteRtcp: remote, rtcpMux: true, direction: 'recvonly' } as const;
  if (kind === 'audio') {
    const audio = audioCodec(codec);
    return audio && { ...base, kind, send: audio, receive: [audio], packetTime: 20 };
  }
  const video = videoCodec(codec);
  return video && { ...base, kind, send: video, receive: [video], sendBitRate: 0 };
}

function audioCodec({ mimeType, payloadType, clockRate, parameters = {} }: RtpCodecParameters): AudioCodec | undefined {
  switch (mimeType.toLowerCase()) {
    case 'audio/opus': {
      const opus = {
        useInbandFec: parameters.useinbandfec === 1,
        useDtx: parameters.usedtx === 1,
        stereo: parameters.stereo === 1,
      };
      return { name: 'opus', payloadType, clockRate, opus };
    }
    case 'audio/pcmu':
      return { name: 'PCMU', payloadType, clockRate };
    case 'audio/pcma':
      return { name: 'PCMA', payloadType, clockRate };
    case 'audio/g722':
      return { name: 'G722', payloadType, clockRate };
    default:
      return undefined;
  }
}

function videoCodec(codec: RtpCodecParameters): VideoCodec | undefined {
  const { mimeType, payloadType, clockRate, parameters = {} } = codec;
  const feedback = feedbackOf(codec.rtcpFeedback ?? []);
  switch (mimeType.toLowerCase()) {
    case 'video/h264': {
      const profileLevel = parseProfileLevelId(String(parameters['profile-level-id'] ?? '42e01f'));
      if (profileLevel === undefined) return undefined;
      const packetizationMode = parameters['packetization-mode'] === 1 ? 1 : 0;
      const levelAsymmetryAllowed = parameters['level-asymmetry-allowed'] === 1;
      return {
        name: 'H264',
        payloadType,
        clockRate,
        feedback,
        h264: { ...profileLevel, packetizationMode, levelAsymmetryAllowed },
      };
    }
    case 'video/vp8':
      return { name: 'VP8', payloadType, clockRate, feedback, vp8: {} };
    default:
      return undefined;
  }
}

function feedbackOf(messages: readonly RtcpFeedback[]): Feedback {
  const has = (type: string, parameter = '') =>
    messages.some((message) => message.type === type && (message.parameter ?? '') === parameter);
  return {
    nack: has('nack'),
    pli: has('nack', 'pli'),
    fir: has('ccm', 'fir'),
    tmmbr: has('ccm', 'tmmbr'),
    remb: has('goog-remb'),
  };
}
