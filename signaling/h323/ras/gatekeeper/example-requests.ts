/** What rooms of tests ask of a gatekeeper. */
import type { TransportAddress } from '#codecs/media/description.ts';
import { aliasOf } from '../../call/dialled.ts';
import { writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { RasMessage } from '../message.ts';
import { ROOM } from './harness.ts';

/** Where another room sends from. */
export const OTHER: TransportAddress = { address: '127.0.0.10', port: 1719 };
const VENDOR = { vendor: { t35CountryCode: 9, t35Extension: 0, manufacturerCode: 61 } };
/** What every room of tests is. */
export const TERMINAL: H225<'EndpointType'> = { vendor: VENDOR, terminal: {}, mc: false, undefinedNode: false };
/** The identifier of every call, unless told otherwise. */
export const GUID = Buffer.alloc(16, 7);
let numbers = 0;

/** A number that no request before had. */
export function next(): number {
  numbers = (numbers % 60_000) + 1;
  return numbers;
}

/** RRQ of a room, by default of the one at ROOM, under these aliases. */
export function registration(
  aliases: readonly string[],
  options: Partial<H225<'RegistrationRequest'>> = {},
  from = ROOM,
): RasMessage {
  return {
    type: 'registrationRequest',
    value: {
      requestSeqNum: next(),
      protocolIdentifier: '0.0.8.2250.0.4',
      discoveryComplete: false,
      callSignalAddress: [writeSignalAddress({ address: from.address, port: 1720 })],
      rasAddress: [writeSignalAddress(from)],
      terminalType: TERMINAL,
      terminalAlias: aliases.map(aliasOf),
      endpointVendor: VENDOR,
      ...options,
    },
  };
}

/** ARQ of a room that calls somebody. */
export function admission(endpointIdentifier: string, options: Partial<H225<'AdmissionRequest'>> = {}): RasMessage {
  return {
    type: 'admissionRequest',
    value: {
      requestSeqNum: next(),
      callType: { type: 'pointToPoint', value: null },
      endpointIdentifier,
      srcInfo: [],
      bandWidth: 19_200,
      callReferenceValue: 5,
      conferenceID: GUID,
      callIdentifier: { guid: GUID },
      activeMC: false,
      answerCall: false,
      ...options,
    },
  };
}

/** What requests in a call name it by. */
export const inCall = (endpointIdentifier: string) => ({
  endpointIdentifier,
  conferenceID: GUID,
  callReferenceValue: 5,
  callIdentifier: { guid: GUID },
});

/** What a message is and, where it refuses, why. */
export function said(message: RasMessage | undefined): string {
  if (message === undefined || message.type === 'unknown') {
    return 'nothing';
  }
  const { value } = message;
  const reason = 'rejectReason' in value ? value.rejectReason : 'nakReason' in value ? value.nakReason : undefined;
  return reason === undefined ? message.type : `${message.type} ${reason.type}`;
}
