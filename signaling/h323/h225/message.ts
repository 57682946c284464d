import { PerError } from '../asn1/per-error.ts';
import {
  ELEMENTS,
  elementOf,
  type InformationElement,
  MAXIMUM_ELEMENTS,
  MESSAGE_TYPES,
  type MessageType,
  Q931Error,
  readQ931,
  writeQ931,
} from '../q931/message.ts';
import { type H225, h225 } from './types.ts';

/** A message of call signalling: Q.931 around, H.225.0 inside (H.225.0 §7). */
export interface CallMessage {
  readonly callReference: number;
  /** It comes from the side that was called. */
  readonly isFromDestination: boolean;
  readonly type: MessageType;
  /** Elements of Q.931 but for the user-user one. */
  readonly elements: readonly InformationElement[];
  readonly pdu: H225<'H323-UU-PDU'>;
}

/** Octets that are no message of call signalling. */
export class CallMessageError extends Error {
  /** The call that it was sent for, where so much could be read. */
  readonly callReference: number | undefined;

  constructor(message: string, callReference: number | undefined) {
    super(message);
    this.name = 'CallMessageError';
    this.callReference = callReference;
  }
}

/** First octet of the user-user element: what follows is X.680's (Q.931 §4.5.30). */
const ASN1_DISCRIMINATOR = 5;

/** What says nothing without a user-user element: a call cannot be made, or answered, by Q.931 alone. */
const NEEDS_USER_USER: ReadonlySet<MessageType> = new Set(['setup', 'connect']);
/** What is there where nothing is said in H.225.0's own words. */
const EMPTY: H225<'H323-UU-PDU'> = { 'h323-message-body': { type: 'empty', value: null } };

/**
 * Reads the contents of a TPKT packet. Gateways send Notify, Status and their like without a user-user element, which their type alone
 * makes clear. Throws CallMessageError.
 */
export function readCallMessage(packet: Buffer): CallMessage {
  let callReference: number | undefined;
  try {
    const outer = readQ931(packet);
    callReference = outer.callReference;
    const { type } = outer;
    const userUser = elementOf(outer, 'userUser');
    const isSpoken = userUser?.[0] === ASN1_DISCRIMINATOR;
    if (type === undefined || (!isSpoken && NEEDS_USER_USER.has(type))) {
      throw new CallMessageError('not a message of H.225.0', callReference);
    }
    const elements = outer.elements.filter(({ identifier }) => identifier !== ELEMENTS.userUser);
    if (elements.length === MAXIMUM_ELEMENTS) {
      throw new CallMessageError('no place for a user-user element', callReference);
    }
    return {
      callReference,
      isFromDestination: outer.isFromDestination,
      type,
      elements,
      pdu:
        userUser === undefined || !isSpoken
          ? EMPTY
          : h225.decode('H323-UserInformation', userUser.subarray(1))['h323-uu-pdu'],
    };
  } catch (error) {
    if (error instanceof Q931Error || error instanceof PerError) {
      throw new CallMessageError(error.message, callReference);
    }
    throw error;
  }
}

/** The contents of a TPKT packet. Throws PerError or Q931Error for what cannot be said. */
export function writeCallMessage({ callReference, isFromDestination, type, elements, pdu }: CallMessage): Buffer {
  const information = h225.encode('H323-UserInformation', { 'h323-uu-pdu': pdu });
  const userUser = {
    identifier: ELEMENTS.userUser,
    content: Buffer.concat([Buffer.from([ASN1_DISCRIMINATOR]), information]),
  };
  return writeQ931({
    callReference,
    isFromDestination,
    typeOctet: MESSAGE_TYPES[type],
    elements: [...elements, userUser],
  });
}
