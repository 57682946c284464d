import type { RtpCapabilities } from 'mediasoup/types';

/** Feedback that the engine's legs send (as `type parameter`). */
const FEEDBACK = new Set(['nack ', 'nack pli', 'ccm fir']);

/**
 * What the engine can receive of a router: all of its codecs, without retransmission streams of their own and without
 * header extensions; over loopback nothing is lost.
 */
export function engineCapabilities(router: RtpCapabilities): RtpCapabilities {
  const codecs = (router.codecs ?? [])
    .filter(({ mimeType }) => !mimeType.toLowerCase().endsWith('/rtx'))
    .map((codec) => ({
      ...codec,
      rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ type, parameter }) =>
        FEEDBACK.has(`${type} ${parameter ?? ''}`),
      ),
    }));
  return { codecs, headerExtensions: [] };
}
