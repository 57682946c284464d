/** An answer that holds an offer and waits for the ACK with ours (RFC 3261 §13.2.1). */
export interface UnacknowledgedAnswer<Acknowledged> {
  readonly sdp: string;
  readonly ack: (sdp: string) => Acknowledged;
}

/**
 * What drachtio-srf gave for an INVITE whose ACK is left to the application (`noAck`); its types do not say so.
 * `Acknowledged` is what its `ack` gives, which differs with what was asked. Throws where the far side sent no offer.
 */
export function unacknowledged<Acknowledged>(answered: unknown): UnacknowledgedAnswer<Acknowledged> {
  if (!isUnacknowledged<Acknowledged>(answered)) {
    throw new Error('the far side sent no offer');
  }
  return answered;
}

function isUnacknowledged<Acknowledged>(value: unknown): value is UnacknowledgedAnswer<Acknowledged> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sdp' in value &&
    typeof value.sdp === 'string' &&
    'ack' in value &&
    typeof value.ack === 'function'
  );
}
