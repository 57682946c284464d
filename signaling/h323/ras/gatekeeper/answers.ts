import type { H225 } from '../../h225/types.ts';
import type { RasMessage } from '../message.ts';
import { PROTOCOL } from './options.ts';

type Reason<N extends 'RegistrationRejectReason' | 'AdmissionRejectReason' | 'UnregRejectReason'> = H225<N>;

/** Refusals, in the words of each request. */
export const reject = {
  registration(requestSeqNum: number, gatekeeperIdentifier: string, rejectReason: Reason<'RegistrationRejectReason'>) {
    return {
      type: 'registrationReject',
      value: { requestSeqNum, protocolIdentifier: PROTOCOL, rejectReason, gatekeeperIdentifier },
    } as const satisfies RasMessage;
  },
  admission(requestSeqNum: number, rejectReason: Reason<'AdmissionRejectReason'>) {
    return { type: 'admissionReject', value: { requestSeqNum, rejectReason } } as const satisfies RasMessage;
  },
  unregistration(requestSeqNum: number, rejectReason: Reason<'UnregRejectReason'>) {
    return { type: 'unregistrationReject', value: { requestSeqNum, rejectReason } } as const satisfies RasMessage;
  },
};

/** The refusal of a request whose password is missing or wrong; undefined for what is not refused. */
export function securityDenial(request: RasMessage, gatekeeperIdentifier: string): RasMessage | undefined {
  const denial = { type: 'securityDenial', value: null } as const;
  switch (request.type) {
    case 'gatekeeperRequest':
      return {
        type: 'gatekeeperReject',
        value: {
          requestSeqNum: request.value.requestSeqNum,
          protocolIdentifier: PROTOCOL,
          gatekeeperIdentifier,
          rejectReason: denial,
        },
      };
    case 'registrationRequest':
      return reject.registration(request.value.requestSeqNum, gatekeeperIdentifier, denial);
    case 'unregistrationRequest':
      return reject.unregistration(request.value.requestSeqNum, denial);
    case 'admissionRequest':
      return reject.admission(request.value.requestSeqNum, denial);
    case 'bandwidthRequest':
      return {
        type: 'bandwidthReject',
        value: { requestSeqNum: request.value.requestSeqNum, rejectReason: denial, allowedBandWidth: 0 },
      };
    case 'disengageRequest':
      return { type: 'disengageReject', value: { requestSeqNum: request.value.requestSeqNum, rejectReason: denial } };
    case 'infoRequestResponse':
      return request.value.needResponse === true
        ? { type: 'infoRequestNak', value: { requestSeqNum: request.value.requestSeqNum, nakReason: denial } }
        : undefined;
    default:
      return undefined;
  }
}
