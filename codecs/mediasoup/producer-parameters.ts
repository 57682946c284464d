import type { RtpParameters } from 'mediasoup/types';
import { H264_PARAMETERS, OPUS_PARAMETERS, PAYLOAD_TYPES, VIDEO_FEEDBACK } from './router-codecs.ts';

/** A stream that the engine sends into a router over a plain transport. */
export type ProducedStream =
  | {
      readonly codec: 'opus';
      readonly ssrc: number;
      /** RTCP canonical name; sound and picture with the same one are played in lip sync. */
      readonly cname: string;
    }
  | {
      readonly codec: 'H264' | 'VP8';
      /** One for each simulcast layer, the smallest picture first. */
      readonly ssrcs: readonly number[];
      readonly cname: string;
    };

/** The most layers that a mix has. */
const MAXIMUM_LAYERS = 4;

/**
 * The RTP parameters with which a router takes a stream of the engine: a mix, or the stream of a SIP or H.323 leg handed on as it is.
 * The layers of a simulcast are told apart by SSRC alone, and each needs sender reports: a router changes layers only when it
 * can lay their clocks side by side.
 * @throws RangeError for an SSRC that is not 32 bits and not 0, a doubled SSRC, no layer or more than four
 */
export function producerRtpParameters(stream: ProducedStream): RtpParameters {
  const ssrcs = checkedSsrcs(stream.codec === 'opus' ? [stream.ssrc] : stream.ssrcs);
  return {
    codecs: [codecParameters(stream.codec)],
    headerExtensions: [],
    encodings: ssrcs.map((ssrc) => ({ ssrc })),
    rtcp: { cname: stream.cname, reducedSize: true },
  };
}

function codecParameters(codec: ProducedStream['codec']): RtpParameters['codecs'][number] {
  const payloadType = PAYLOAD_TYPES[codec];
  switch (codec) {
    case 'opus':
      return {
        mimeType: 'audio/opus',
        payloadType,
        clockRate: 48000,
        channels: 2,
        parameters: { ...OPUS_PARAMETERS },
        rtcpFeedback: [],
      };
    case 'H264':
      return {
        mimeType: 'video/H264',
        payloadType,
        clockRate: 90000,
        parameters: { ...H264_PARAMETERS },
        rtcpFeedback: [...VIDEO_FEEDBACK],
      };
    case 'VP8':
      return {
        mimeType: 'video/VP8',
        payloadType,
        clockRate: 90000,
        parameters: {},
        rtcpFeedback: [...VIDEO_FEEDBACK],
      };
  }
}

function checkedSsrcs(ssrcs: readonly number[]): readonly number[] {
  if (ssrcs.length === 0 || ssrcs.length > MAXIMUM_LAYERS)
    throw new RangeError(`${ssrcs.length} layers are not 1 to ${MAXIMUM_LAYERS}`);
  const wrong = ssrcs.find(
    (ssrc, index) => !Number.isInteger(ssrc) || ssrc < 1 || ssrc > 0xffffffff || ssrcs.indexOf(ssrc) !== index,
  );
  if (wrong !== undefined) throw new RangeError(`${wrong} is not an SSRC of its own`);
  return ssrcs;
}
