import type { WebRtcTransport } from 'mediasoup/types';

/** What a page is told of one of its transports. */
export interface TransportDescription {
  readonly id: string;
  readonly iceParameters: Record<string, unknown>;
  readonly iceCandidates: Record<string, unknown>[];
  readonly dtlsParameters: Record<string, unknown>;
}

/** mediasoup's own structures as plain objects, for the signalling. */
export function describeTransport(transport: WebRtcTransport): TransportDescription {
  return {
    id: transport.id,
    iceParameters: { ...transport.iceParameters },
    iceCandidates: transport.iceCandidates.map((candidate) => ({ ...candidate })),
    dtlsParameters: { ...transport.dtlsParameters },
  };
}
