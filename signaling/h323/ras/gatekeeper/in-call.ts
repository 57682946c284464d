import type { H225 } from '../../h225/types.ts';
import type { RasMessage } from '../message.ts';
import type { AdmittedCall, AdmittedCalls, CallParty } from './admitted-calls.ts';
import { identifierOf } from './admitting.ts';
import { reject } from './answers.ts';
import type { Registration, Registry } from './registry.ts';

/** A room wants another bandwidth (H.225.0 §7.12). */
export function bandwidthChanged(
  request: H225<'BandwidthRequest'>,
  { endpointIdentifier }: Registration,
  calls: AdmittedCalls,
): RasMessage {
  const { requestSeqNum, bandWidth } = request;
  const change = calls.change(identifierOf(request), endpointIdentifier, bandWidth);
  if (change?.isGranted === true) {
    return { type: 'bandwidthConfirm', value: { requestSeqNum, bandWidth: change.allowed } };
  }
  const why = change === undefined ? 'invalidConferenceID' : 'insufficientResources';
  return {
    type: 'bandwidthReject',
    value: { requestSeqNum, rejectReason: { type: why, value: null }, allowedBandWidth: change?.allowed ?? 0 },
  };
}

/** A room's call is over (H.225.0 §7.14). One that we do not know is over as well. */
export function disengaged(
  request: H225<'DisengageRequest'>,
  { endpointIdentifier }: Registration,
  calls: AdmittedCalls,
): RasMessage {
  calls.leave(identifierOf(request), endpointIdentifier);
  return { type: 'disengageConfirm', value: { requestSeqNum: request.requestSeqNum } };
}

/** A room tells how its calls are (H.225.0 §7.15); undefined where it wants no answer. */
export function reported(
  { requestSeqNum, perCallInfo, needResponse }: H225<'InfoRequestResponse'>,
  { endpointIdentifier }: Registration,
  calls: AdmittedCalls,
  now: number,
): RasMessage | undefined {
  const identifiers =
    // Some rooms only say that they are there: that holds for all of their calls.
    perCallInfo === undefined || perCallInfo.length === 0
      ? calls.all().map(({ callIdentifier }) => callIdentifier)
      : perCallInfo.map(identifierOf);
  for (const identifier of identifiers) {
    calls.heard(identifier, endpointIdentifier, now);
  }
  return needResponse === true ? { type: 'infoRequestAck', value: { requestSeqNum } } : undefined;
}

/**
 * Whether what a room answers to our InfoRequest says that it is still in a call. Rooms name calls in their own ways: by any of their
 * identifiers, or not at all.
 */
export function goesOn(
  answer: RasMessage,
  { callIdentifier, conferenceIdentifier }: Pick<AdmittedCall, 'callIdentifier' | 'conferenceIdentifier'>,
  { callReference }: Pick<CallParty, 'callReference'>,
): boolean {
  if (answer.type !== 'infoRequestResponse') {
    // It is there, and does not know the question.
    return true;
  }
  const { perCallInfo = [], irrStatus } = answer.value;
  const isSame = (one: Uint8Array | undefined, other: Uint8Array) =>
    one !== undefined && Buffer.compare(one, other) === 0;
  const isNamed = perCallInfo.some(
    (info) =>
      isSame(info.callIdentifier?.guid, callIdentifier) ||
      isSame(info.conferenceID, conferenceIdentifier) ||
      info.callReferenceValue === callReference,
  );
  return isNamed || irrStatus?.type === 'incomplete' || (perCallInfo.length === 0 && irrStatus?.type !== 'invalidCall');
}

/** A room goes, or gives aliases back (H.225.0 §7.10). Which of its aliases are left tells whether it is still there. */
export function unregistered(
  { requestSeqNum, endpointAlias }: H225<'UnregistrationRequest'>,
  registration: Registration | undefined,
  { registry, calls }: { readonly registry: Registry; readonly calls: AdmittedCalls },
): { readonly answer: RasMessage; readonly gone: Registration | undefined } {
  if (registration === undefined) {
    const answer = reject.unregistration(requestSeqNum, { type: 'notCurrentlyRegistered', value: null });
    return { answer, gone: undefined };
  }
  const { endpointIdentifier } = registration;
  if (endpointAlias === undefined || endpointAlias.length === 0) {
    registry.remove(endpointIdentifier);
  } else {
    registry.removeAliases(endpointIdentifier, endpointAlias);
  }
  const isGone = registry.byIdentifier(endpointIdentifier) === undefined;
  if (isGone) {
    calls.leaveAll(endpointIdentifier);
  }
  return {
    answer: { type: 'unregistrationConfirm', value: { requestSeqNum } },
    gone: isGone ? registration : undefined,
  };
}
