import { PerError } from '../asn1/per-error.ts';
import { type H225, h225 } from '../h225/types.ts';

/** A message of RAS (H.225.0 §7.6 to §7.18). */
export type RasMessage = H225<'RasMessage'>;

/** Octets of the longest datagram that is read: real messages have some hundred. */
const LONGEST = 8192;

/** Reads a datagram. Throws PerError. */
export function readRas(data: Uint8Array): RasMessage {
  if (data.length > LONGEST) {
    throw new PerError('too-large');
  }
  return h225.decode('RasMessage', data);
}

/** A datagram. Throws PerError for what cannot be said. */
export function writeRas(message: RasMessage): Buffer {
  return h225.encode('RasMessage', message);
}

/** The number that joins request and answer, 1 to 65535; undefined for what has none that we can read. */
export function sequenceNumberOf(message: RasMessage): number | undefined {
  switch (message.type) {
    case 'unknown':
      return undefined;
    case 'admissionConfirmSequence':
      return message.value[0]?.requestSeqNum;
    default:
      return message.value.requestSeqNum;
  }
}

/** Confirmations, refusals and the like: they answer a request, and are never answered, so that two sides cannot answer each other for ever. */
export function isAnswer({ type }: RasMessage): boolean {
  return /(Confirm|Reject|Response|Ack|Nak|InProgress|ConfirmSequence)$/.test(type);
}

/** The tokens of H.235 in a message; empty for what carries none. */
export function tokensOf(message: RasMessage): {
  readonly tokens: readonly H225<'ClearToken'>[];
  readonly cryptoTokens: readonly H225<'CryptoH323Token'>[];
} {
  if (message.type === 'unknown' || message.type === 'admissionConfirmSequence') {
    return { tokens: [], cryptoTokens: [] };
  }
  return { tokens: message.value.tokens ?? [], cryptoTokens: message.value.cryptoTokens ?? [] };
}

/** The same message with tokens of H.235 in the place of its own. */
export function withTokens(
  message: RasMessage,
  tokens: {
    readonly tokens?: readonly H225<'ClearToken'>[];
    readonly cryptoTokens?: readonly H225<'CryptoH323Token'>[];
  },
): RasMessage {
  if (message.type === 'unknown' || message.type === 'admissionConfirmSequence') {
    return message;
  }
  // Every message that is left has both fields: the kind and the rest of the value stay as they are.
  return { type: message.type, value: { ...message.value, ...tokens } } as RasMessage;
}
