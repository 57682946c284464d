import type { CallDirection } from '../../call/call.ts';
import type { CallState } from '../q931/elements.ts';

/** How far call signalling has come. */
export type SignallingState = 'idle' | 'calling' | 'proceeding' | 'alerting' | 'connected' | 'released';

/** The same as Q.931 says it, seen from the side with this direction (Q.931 §2.1). */
export function callStateOf(state: SignallingState, direction: CallDirection): CallState {
  const isInbound = direction === 'inbound';
  switch (state) {
    case 'calling':
      return 'callInitiated';
    case 'proceeding':
      return isInbound ? 'incomingCallProceeding' : 'outgoingCallProceeding';
    case 'alerting':
      return isInbound ? 'callReceived' : 'callDelivered';
    case 'connected':
      return 'active';
    case 'idle':
    case 'released':
      return 'null';
  }
}
