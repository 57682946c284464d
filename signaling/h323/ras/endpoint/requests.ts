import { ENDPOINT } from '../../application/endpoint.ts';
import { writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { CallToAdmit } from '../admission.ts';
import type { RasMessage } from '../message.ts';
import { BASELINE } from '../security/hashed-message.ts';
import { CAT, MD5 } from '../security/password-hash.ts';
import type { Parties } from './credentials.ts';
import type { RasEndpointOptions } from './options.ts';

/** The version that we speak to gatekeepers. */
export const PROTOCOL: H225<'ProtocolIdentifier'> = '0.0.8.2250.0.5';

const VENDOR: H225<'VendorIdentifier'> = ENDPOINT.vendor ?? {
  vendor: { t35CountryCode: 0, t35Extension: 0, manufacturerCode: 0 },
};

/** bit/s to what H.225.0 counts in. */
function bandwidthOf(bitRate: number): number {
  return Math.ceil(bitRate / 100);
}

/** Who is a gatekeeper here, and how do we prove who we are. */
export function gatekeeperRequest(requestSeqNum: number, options: RasEndpointOptions): RasMessage {
  const { rasAddress, aliases, gatekeeperIdentifier, user } = options;
  const plain = user?.password === undefined ? [] : [CAT, MD5];
  return {
    type: 'gatekeeperRequest',
    value: {
      requestSeqNum,
      protocolIdentifier: PROTOCOL,
      rasAddress: writeSignalAddress(rasAddress),
      endpointType: endpointType(options),
      endpointAlias: aliases,
      ...(gatekeeperIdentifier === undefined ? {} : { gatekeeperIdentifier }),
      ...(user === undefined
        ? {}
        : {
            authenticationCapability: [
              { type: 'pwdHash', value: null },
              ...(plain.length === 0
                ? []
                : [{ type: 'authenticationBES', value: { type: 'radius', value: null } } as const]),
            ],
            algorithmOIDs: [BASELINE.algorithm[0], ...plain],
          }),
      supportsAltGK: null,
    },
  };
}

/** Registers us, or says that we are still there: some gatekeepers want all names in that too. */
export function registrationRequest(
  requestSeqNum: number,
  options: RasEndpointOptions,
  { gatekeeperIdentifier, endpointIdentifier }: Parties,
  keepAlive: boolean,
): RasMessage {
  return {
    type: 'registrationRequest',
    value: {
      requestSeqNum,
      protocolIdentifier: PROTOCOL,
      discoveryComplete: options.discovery,
      callSignalAddress: [writeSignalAddress(options.callSignalAddress)],
      rasAddress: [writeSignalAddress(options.rasAddress)],
      terminalType: endpointType(options),
      terminalAlias: options.aliases,
      ...(gatekeeperIdentifier === undefined ? {} : { gatekeeperIdentifier }),
      endpointVendor: VENDOR,
      timeToLive: options.timeToLive,
      keepAlive,
      ...(endpointIdentifier === undefined ? {} : { endpointIdentifier }),
      willSupplyUUIEs: false,
      maintainConnection: false,
      supportsAltGK: null,
    },
  };
}

/** We go. */
export function unregistrationRequest(
  requestSeqNum: number,
  { callSignalAddress, aliases }: RasEndpointOptions,
  parties: Parties,
): RasMessage {
  return {
    type: 'unregistrationRequest',
    value: {
      requestSeqNum,
      callSignalAddress: [writeSignalAddress(callSignalAddress)],
      endpointAlias: aliases,
      ...identified(parties),
    },
  };
}

/** May we make, or take, this call. */
export function admissionRequest(
  requestSeqNum: number,
  call: CallToAdmit,
  { callSignalAddress, aliases }: RasEndpointOptions,
  parties: Parties,
): RasMessage {
  const isCalled = call.direction === 'inbound';
  const source = isCalled ? call.sourceAddress : callSignalAddress;
  const destination = isCalled ? (call.destinationAddress ?? callSignalAddress) : call.destinationAddress;
  return {
    type: 'admissionRequest',
    value: {
      requestSeqNum,
      callType: { type: 'pointToPoint', value: null },
      callModel: { type: 'direct', value: null },
      endpointIdentifier: parties.endpointIdentifier ?? '',
      ...(call.destinationAliases.length === 0 ? {} : { destinationInfo: call.destinationAliases }),
      ...(destination === undefined ? {} : { destCallSignalAddress: writeSignalAddress(destination) }),
      srcInfo: isCalled ? call.sourceAliases : aliases,
      ...(source === undefined ? {} : { srcCallSignalAddress: writeSignalAddress(source) }),
      bandWidth: bandwidthOf(call.bitRate),
      callReferenceValue: call.callReference,
      conferenceID: call.conferenceIdentifier,
      activeMC: false,
      answerCall: isCalled,
      canMapAlias: !isCalled,
      callIdentifier: { guid: call.callIdentifier },
      ...(parties.gatekeeperIdentifier === undefined ? {} : { gatekeeperIdentifier: parties.gatekeeperIdentifier }),
      willSupplyUUIEs: false,
    },
  };
}

/** A call is over. */
export function disengageRequest(requestSeqNum: number, call: CallToAdmit, parties: Parties): RasMessage {
  return {
    type: 'disengageRequest',
    value: {
      requestSeqNum,
      endpointIdentifier: parties.endpointIdentifier ?? '',
      conferenceID: call.conferenceIdentifier,
      callReferenceValue: call.callReference,
      disengageReason: { type: 'normalDrop', value: null },
      callIdentifier: { guid: call.callIdentifier },
      ...(parties.gatekeeperIdentifier === undefined ? {} : { gatekeeperIdentifier: parties.gatekeeperIdentifier }),
      answeredCall: call.direction === 'inbound',
    },
  };
}

/** How calls are: asked for, or by ourselves now and then. `calls` undefined: the one that was asked for is none of ours. */
export function infoRequestResponse(
  requestSeqNum: number,
  calls: readonly CallToAdmit[] | undefined,
  options: RasEndpointOptions,
  parties: Parties,
  unsolicited: boolean,
): RasMessage {
  return {
    type: 'infoRequestResponse',
    value: {
      requestSeqNum,
      endpointType: endpointType(options),
      endpointIdentifier: parties.endpointIdentifier ?? '',
      rasAddress: writeSignalAddress(options.rasAddress),
      callSignalAddress: [writeSignalAddress(options.callSignalAddress)],
      endpointAlias: options.aliases,
      ...(calls === undefined || calls.length === 0 ? {} : { perCallInfo: calls.map(callInfo) }),
      needResponse: false,
      irrStatus: { type: calls === undefined ? 'invalidCall' : 'complete', value: null },
      unsolicited,
    },
  };
}

function callInfo(call: CallToAdmit) {
  return {
    callReferenceValue: call.callReference,
    conferenceID: call.conferenceIdentifier,
    originator: call.direction === 'outbound',
    h245: {},
    callSignaling: {},
    callType: { type: 'pointToPoint', value: null },
    bandWidth: bandwidthOf(call.bitRate),
    callModel: { type: 'direct', value: null },
    callIdentifier: { guid: call.callIdentifier },
  } as const;
}

function identified({ gatekeeperIdentifier, endpointIdentifier }: Parties) {
  return {
    ...(gatekeeperIdentifier === undefined ? {} : { gatekeeperIdentifier }),
    ...(endpointIdentifier === undefined ? {} : { endpointIdentifier }),
  };
}

/** With prefixes we are a gateway: only for those do gatekeepers know such. */
function endpointType({ prefixes }: RasEndpointOptions): H225<'EndpointType'> {
  if (prefixes.length === 0) {
    return ENDPOINT;
  }
  const supportedPrefixes = prefixes.map((value) => ({ prefix: { type: 'dialedDigits', value } as const }));
  const gateway = { protocol: [{ type: 'h323', value: { supportedPrefixes } } as const] };
  return { ...ENDPOINT, gateway };
}
