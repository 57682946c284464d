import type { TransportAddress } from '#codecs/media/description.ts';
import type { EndReason } from '../../call/call.ts';
import type { H225 } from '../h225/types.ts';
import {
  bearerCapability,
  type CallState,
  writeCalledNumber,
  writeCallState,
  writeCause,
  writeDisplay,
} from '../q931/elements.ts';
import type { InformationElement, MessageType } from '../q931/message.ts';
import type { CallSignallingOptions, Destination } from './call-signalling-options.ts';
import { RELEASE_SPELLINGS } from './reasons.ts';
import { writeSignalAddress } from './transport-address.ts';

/** H.225.0 version 5: what every room of the last twenty years reads. Fields of later versions are not written: some rooms break on them. */
export const PROTOCOL_IDENTIFIER = '0.0.8.2250.0.5';

/** What a message says, before reference and H.245 are put around it. */
export interface SignallingMessage {
  readonly type: MessageType;
  /** Without the user-user element. */
  readonly elements: readonly InformationElement[];
  readonly body: H225<'H323-UU-PDU'>['h323-message-body'];
}

/** Q.850: response to a status enquiry. */
const STATUS_ENQUIRY_ANSWERED = 30;
/** Q.850: normal call clearing. */
const NORMAL_CLEARING = 16;

/** A name that IA5 cannot say stands in the alias alone: rooms would show question marks. */
function displayOf(name: string): readonly InformationElement[] {
  return /^[\x20-\x7e]+$/.test(name) ? [writeDisplay(name)] : [];
}

/** Calls (H.225.0 §7.3.10). */
export function setupMessage(
  { callIdentifier, conferenceIdentifier, endpoint, displayName }: CallSignallingOptions,
  to: Destination,
): SignallingMessage {
  const [digits] = to.aliases.flatMap((alias) => (alias.type === 'dialedDigits' ? [alias.value] : []));
  return {
    type: 'setup',
    elements: [
      bearerCapability(to.rate),
      ...displayOf(displayName),
      ...(digits === undefined ? [] : [writeCalledNumber(digits)]),
    ],
    body: {
      type: 'setup',
      value: {
        protocolIdentifier: PROTOCOL_IDENTIFIER,
        sourceAddress: to.sourceAliases,
        sourceInfo: endpoint,
        ...(to.aliases.length === 0 ? {} : { destinationAddress: to.aliases }),
        // Some rooms crash without it.
        destCallSignalAddress: writeSignalAddress(to.address),
        activeMC: false,
        conferenceID: conferenceIdentifier,
        conferenceGoal: { type: to.joins ? 'join' : 'create', value: null },
        callType: { type: 'pointToPoint', value: null },
        sourceCallSignalAddress: writeSignalAddress(to.sourceAddress),
        callIdentifier: { guid: callIdentifier },
        mediaWaitForConnect: false,
        canOverlapSend: false,
        multipleCalls: false,
        maintainConnection: false,
        ...(to.fastStart.length === 0 ? {} : { fastStart: to.fastStart }),
      },
    },
  };
}

/** The call is under way (H.225.0 §7.3.2). */
export function callProceedingMessage(
  options: CallSignallingOptions,
  h245Address: TransportAddress | undefined,
): SignallingMessage {
  return {
    type: 'callProceeding',
    elements: [],
    body: { type: 'callProceeding', value: { ...answering(options), ...addressPart(h245Address) } },
  };
}

/** It rings here (H.225.0 §7.3.1). */
export function alertingMessage(
  options: CallSignallingOptions,
  h245Address: TransportAddress | undefined,
): SignallingMessage {
  return {
    type: 'alerting',
    elements: [],
    body: { type: 'alerting', value: { ...answering(options), ...addressPart(h245Address) } },
  };
}

/** The call is taken (H.225.0 §7.3.3). There is no bearer capability in it: some MCUs refuse one. */
export function connectMessage(
  options: CallSignallingOptions,
  h245Address: TransportAddress | undefined,
  fastStart: readonly Uint8Array[] | undefined,
): SignallingMessage {
  return {
    type: 'connect',
    elements: displayOf(options.displayName),
    body: {
      type: 'connect',
      value: {
        ...answering(options),
        ...addressPart(h245Address),
        conferenceID: options.conferenceIdentifier,
        ...(fastStart === undefined ? {} : { fastStart }),
      },
    },
  };
}

/** Carries something, or says where H.245 is taken (H.225.0 §7.4.1). */
export function facilityMessage(
  { callIdentifier }: CallSignallingOptions,
  reason: H225<'Facility-UUIE'>['reason']['type'] & ('startH245' | 'transportedInformation'),
  h245Address: TransportAddress | undefined,
): SignallingMessage {
  return {
    type: 'facility',
    elements: [],
    body: {
      type: 'facility',
      value: {
        protocolIdentifier: PROTOCOL_IDENTIFIER,
        reason: { type: reason, value: null },
        callIdentifier: { guid: callIdentifier },
        ...addressPart(h245Address),
      },
    },
  };
}

/** The call is over (H.225.0 §7.3.9). */
export function releaseMessage({ callIdentifier }: CallSignallingOptions, reason: EndReason): SignallingMessage {
  const { cause, reason: spelled } = RELEASE_SPELLINGS[reason];
  return released(callIdentifier, cause, spelled);
}

/** The call is over because it is made anew elsewhere, as its called side wished (H.323 §8.4.5). */
export function deflectedMessage({ callIdentifier }: CallSignallingOptions): SignallingMessage {
  return released(callIdentifier, NORMAL_CLEARING, 'facilityCallDeflection');
}

/** How the call stands, as was asked (H.225.0 §7.3.11, Q.931 §5.8.10). */
export function statusMessage(
  { callIdentifier }: Pick<CallSignallingOptions, 'callIdentifier'>,
  state: CallState,
): SignallingMessage {
  return {
    type: 'status',
    elements: [writeCause({ value: STATUS_ENQUIRY_ANSWERED, location: 0 }), writeCallState(state)],
    body: {
      type: 'status',
      value: { protocolIdentifier: PROTOCOL_IDENTIFIER, callIdentifier: { guid: callIdentifier } },
    },
  };
}

/** Asks how the call stands at the far side (H.225.0 §7.3.13). */
export function statusInquiryMessage({ callIdentifier }: CallSignallingOptions): SignallingMessage {
  return {
    type: 'statusInquiry',
    elements: [],
    body: {
      type: 'statusInquiry',
      value: { protocolIdentifier: PROTOCOL_IDENTIFIER, callIdentifier: { guid: callIdentifier } },
    },
  };
}

function released(
  callIdentifier: Uint8Array,
  cause: number,
  reason: (typeof RELEASE_SPELLINGS)[EndReason]['reason'],
): SignallingMessage {
  return {
    type: 'releaseComplete',
    elements: [writeCause({ value: cause, location: 0 })],
    body: {
      type: 'releaseComplete',
      value: {
        protocolIdentifier: PROTOCOL_IDENTIFIER,
        callIdentifier: { guid: callIdentifier },
        ...(reason === undefined ? {} : { reason: { type: reason, value: null } }),
      },
    },
  };
}

function answering({
  endpoint,
  callIdentifier,
}: CallSignallingOptions): Pick<
  H225<'Connect-UUIE'>,
  'protocolIdentifier' | 'destinationInfo' | 'callIdentifier' | 'multipleCalls' | 'maintainConnection'
> {
  return {
    protocolIdentifier: PROTOCOL_IDENTIFIER,
    destinationInfo: endpoint,
    callIdentifier: { guid: callIdentifier },
    multipleCalls: false,
    maintainConnection: false,
  };
}

function addressPart(address: TransportAddress | undefined): { h245Address?: H225<'TransportAddress'> } {
  return address === undefined ? {} : { h245Address: writeSignalAddress(address) };
}
