import { extensibleSequence, imported, reference } from '../asn1/notation.ts';
import { h225Types } from '../h225/types.ts';

/** H.460.18 (SIGNALLING-TRAVERSAL), which we do not offer: tests read by it what gatekeepers send that do. */
export const h46018Types = {
  CallIdentifier: imported(h225Types, 'CallIdentifier'),
  TimeToLive: imported(h225Types, 'TimeToLive'),
  TransportAddress: imported(h225Types, 'TransportAddress'),
  IncomingCallIndication: extensibleSequence(
    { callSignallingAddress: reference('TransportAddress'), callID: reference('CallIdentifier') },
    {},
  ),
  LRQKeepAliveData: extensibleSequence({ lrqKeepAliveInterval: reference('TimeToLive') }, {}),
} as const;
