import type { EndReason } from '../../call/call.ts';
import type { H225 } from '../h225/types.ts';
import type { Cause } from '../q931/elements.ts';

type ReleaseReason = Exclude<
  H225<'ReleaseCompleteReason'>['type'],
  'unknown' | 'nonStandardReason' | 'replaceWithConferenceInvite' | 'securityError'
>;

/** How H.225.0 says why a call ends: a Q.850 cause and, where one fits, a reason of its own (H.225.0 table 5). */
export const RELEASE_SPELLINGS: Readonly<
  Record<EndReason, { readonly cause: number; readonly reason?: ReleaseReason }>
> = {
  'remote-hangup': { cause: 16 },
  'local-hangup': { cause: 16 },
  cancelled: { cause: 16 },
  'unknown-class': { cause: 1, reason: 'unreachableDestination' },
  'no-common-media': { cause: 88, reason: 'undefinedReason' },
  'bad-request': { cause: 95, reason: 'badFormatAddress' },
  capacity: { cause: 47, reason: 'gatewayResources' },
  'signalling-timeout': { cause: 102 },
  'connection-lost': { cause: 41 },
  replaced: { cause: 16 },
  'no-answer': { cause: 19 },
  busy: { cause: 17, reason: 'inConf' },
  rejected: { cause: 21, reason: 'destinationRejection' },
  unreachable: { cause: 3, reason: 'unreachableDestination' },
  'media-timeout': { cause: 41 },
  shutdown: { cause: 41 },
  'internal-error': { cause: 41, reason: 'undefinedReason' },
};

const BY_CAUSE: Readonly<Record<number, EndReason>> = {
  1: 'unreachable',
  2: 'unreachable',
  3: 'unreachable',
  17: 'busy',
  18: 'no-answer',
  19: 'no-answer',
  20: 'unreachable',
  21: 'rejected',
  22: 'unreachable',
  27: 'unreachable',
  28: 'unreachable',
  34: 'busy',
  38: 'unreachable',
  41: 'rejected',
  42: 'busy',
  47: 'rejected',
  88: 'no-common-media',
  102: 'no-answer',
};

/** Reasons in ReleaseComplete that stand without a cause, as gatekeepers and old rooms send them. */
const BY_REASON: Partial<Record<H225<'ReleaseCompleteReason'>['type'], EndReason>> = {
  noBandwidth: 'rejected',
  gatekeeperResources: 'rejected',
  unreachableDestination: 'unreachable',
  destinationRejection: 'rejected',
  noPermission: 'rejected',
  unreachableGatekeeper: 'unreachable',
  gatewayResources: 'rejected',
  badFormatAddress: 'unreachable',
  adaptiveBusy: 'busy',
  inConf: 'busy',
  securityDenied: 'rejected',
  calledPartyNotRegistered: 'unreachable',
};

/** Why the far side ended a call: one that was up is hung up, whatever the cause; one that was not is refused or given up. */
export function endReasonOf(
  release: { readonly cause: Cause | undefined; readonly reason: H225<'ReleaseCompleteReason'> | undefined },
  call: { readonly wasConnected: boolean; readonly direction: 'inbound' | 'outbound' },
): EndReason {
  if (call.wasConnected) {
    return 'remote-hangup';
  }
  if (call.direction === 'inbound') {
    return 'cancelled';
  }
  const byReason = release.reason === undefined ? undefined : BY_REASON[release.reason.type];
  return (release.cause === undefined ? undefined : BY_CAUSE[release.cause.value]) ?? byReason ?? 'rejected';
}
