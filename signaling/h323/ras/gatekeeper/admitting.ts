import type { TransportAddress } from '#codecs/media/description.ts';
import { textOfAlias } from '../../call/dialled.ts';
import { readSignalAddress, writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { RasMessage } from '../message.ts';
import type { AdmittedCalls } from './admitted-calls.ts';
import { reject } from './answers.ts';
import { COMES_WITHIN } from './call-arrival.ts';
import type { Arrival, GatekeeperOptions } from './options.ts';
import type { Registration, Registry } from './registry.ts';

type AdmissionRequest = H225<'AdmissionRequest'>;
type RejectReason = H225<'AdmissionRejectReason'>;

/** Seconds between a room's reports on a call. */
export const REPORT_INTERVAL = 120;

/** Rules, rooms and calls that an admission is decided by. */
export interface AdmittingContext {
  readonly options: GatekeeperOptions;
  readonly registry: Registry;
  readonly calls: AdmittedCalls;
}

/** Carries out the AdmissionRequest of a registered room (H.225.0 §7.11, H.323 §8.1). */
export function admitted(
  request: AdmissionRequest,
  caller: Registration,
  arrival: Arrival,
  context: AdmittingContext,
): RasMessage {
  const { requestSeqNum, callReferenceValue: callReference, conferenceID, bandWidth, answerCall } = request;
  const found = answerCall ? answeringOf(caller) : placeOf(request, arrival, context);
  if ('type' in found) {
    return reject.admission(requestSeqNum, found);
  }
  const expected =
    found.isRouted && !answerCall ? { called: found.called, until: arrival.now + COMES_WITHIN } : undefined;
  const { endpointIdentifier } = caller;
  const granted = context.calls.admit(
    { callIdentifier: identifierOf(request), conferenceIdentifier: conferenceID },
    { callReference, isCalled: answerCall, bandwidth: bandWidth, endpointIdentifier, expected },
    arrival.now,
  );
  if (granted === undefined) {
    return reject.admission(requestSeqNum, { type: 'resourceUnavailable', value: null });
  }
  return {
    type: 'admissionConfirm',
    value: {
      requestSeqNum,
      bandWidth: granted,
      callModel: { type: found.isRouted ? 'gatekeeperRouted' : 'direct', value: null },
      destCallSignalAddress: writeSignalAddress(found.address),
      irrFrequency: REPORT_INTERVAL,
      willRespondToIRR: false,
      // Said in full: Tandberg's and other rooms of version 2 expect the field.
      uuiesRequested: NO_COPIES,
    },
  };
}

const NO_COPIES: H225<'UUIEsRequested'> = {
  setup: false,
  callProceeding: false,
  connect: false,
  alerting: false,
  information: false,
  releaseComplete: false,
  facility: false,
  progress: false,
  empty: false,
};

/** What names a call: version 1 has no callIdentifier, there the conference is it. */
export function identifierOf({
  callIdentifier,
  conferenceID,
}: Pick<AdmissionRequest, 'callIdentifier' | 'conferenceID'>): Uint8Array {
  return callIdentifier?.guid ?? conferenceID;
}

/** Where calls to an alias go to: to us for what is ours, else to the room that has it; undefined where nobody has. */
export function placeOfAlias(
  alias: string,
  localAddress: string,
  { options, registry }: Pick<AdmittingContext, 'options' | 'registry'>,
): Place | undefined {
  const ours = { address: localAddress, port: options.callSignalPort };
  if (options.isOurs(alias)) {
    return { address: ours, isRouted: true, called: undefined };
  }
  const room = registry.byAlias(alias);
  const [address] = room?.callSignalAddresses ?? [];
  return room === undefined || address === undefined ? undefined : roomAt(room, address, ours, options);
}

/** Where a room is called: through us, or by whoever calls it. */
function roomAt(
  { endpointIdentifier: called }: Registration,
  address: TransportAddress,
  ours: TransportAddress,
  { roomToRoom }: Pick<GatekeeperOptions, 'roomToRoom'>,
): Place {
  return roomToRoom === 'routed' ? { address: ours, isRouted: true, called } : { address, isRouted: false, called };
}

function answeringOf({ callSignalAddresses }: Registration): Place | RejectReason {
  const [address] = callSignalAddresses;
  return address === undefined
    ? { type: 'undefinedReason', value: null }
    : { address, isRouted: false, called: undefined };
}

/** Where a call goes to. */
interface Place {
  readonly address: TransportAddress;
  /** Whether that is us. */
  readonly isRouted: boolean;
  /** The registered room that it is for, by its endpointIdentifier; undefined where it is for none. */
  readonly called: string | undefined;
}

/** Where a room's call goes to: by the first of its aliases that anybody has, else by the address that it names. */
function placeOf(
  request: AdmissionRequest,
  { localAddress }: Arrival,
  context: AdmittingContext,
): Place | RejectReason {
  const { options, registry } = context;
  const texts = [...(request.destinationInfo ?? []), ...(request.destExtraCallInfo ?? [])].map(textOfAlias);
  const aliases = texts.filter((text): text is string => text !== undefined && text !== '');
  for (const alias of aliases) {
    const place = placeOfAlias(alias, localAddress, context);
    if (place !== undefined) {
      return place;
    }
  }
  const named = readSignalAddress(request.destCallSignalAddress);
  if (named !== undefined) {
    const ours = { address: localAddress, port: options.callSignalPort };
    if (named.address === ours.address && named.port === ours.port) {
      return { address: ours, isRouted: true, called: undefined };
    }
    const room = registry.bySignalAddress(named);
    if (room !== undefined) {
      return roomAt(room, named, ours, options);
    }
    if (options.callsOutside && aliases.length === 0) {
      return { address: named, isRouted: false, called: undefined };
    }
  }
  const isNamed = aliases.length > 0 || named !== undefined;
  return { type: isNamed ? 'calledPartyNotRegistered' : 'incompleteAddress', value: null };
}
