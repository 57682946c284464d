import { extensibleSequence, imported, integer, optional, reference } from '../asn1/notation.ts';
import { h225Types } from '../h225/types.ts';
import { h245Types } from '../h245/types.ts';

/** H.460.19 (MEDIA-TRAVERSAL), which we do not offer: tests read and write by it what rooms send that do. */
export const h46019Types = {
  TransportAddress: imported(h245Types, 'TransportAddress'),
  TimeToLive: imported(h225Types, 'TimeToLive'),
  TraversalParameters: extensibleSequence(
    {
      multiplexedMediaChannel: optional(reference('TransportAddress')),
      multiplexedMediaControlChannel: optional(reference('TransportAddress')),
      multiplexID: optional(integer(0, 4294967295)),
      keepAliveChannel: optional(reference('TransportAddress')),
      keepAlivePayloadType: optional(integer(0, 127)),
      keepAliveInterval: optional(reference('TimeToLive')),
    },
    {},
  ),
} as const;
