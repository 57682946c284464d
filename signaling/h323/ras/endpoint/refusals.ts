import type { EndReason } from '../../../call/call.ts';
import type { H225 } from '../../h225/types.ts';

const REASONS: Partial<Record<H225<'AdmissionRejectReason'>['type'], EndReason>> = {
  calledPartyNotRegistered: 'unreachable',
  callerNotRegistered: 'unreachable',
  invalidEndpointIdentifier: 'unreachable',
  incompleteAddress: 'unreachable',
  noRouteToDestination: 'unreachable',
  unallocatedNumber: 'unreachable',
  resourceUnavailable: 'capacity',
  exceedsCallCapacity: 'capacity',
};

/** Why a gatekeeper did not let a call be made, in our words. */
export function endReasonOfRefusal({ type }: H225<'AdmissionRejectReason'>): EndReason {
  return REASONS[type] ?? 'rejected';
}
