/** What a transaction needs of a transport: a `Flow` is one. */
export interface Channel {
  /** RFC 3261 §17: over reliable transports nothing is retransmitted. */
  readonly reliable: boolean;
  /** @param failed called at most once, later, when the bytes surely did not go out */
  send(bytes: Buffer, failed: (error: Error) => void): void;
}

/** Why a transaction ended without what it waited for. */
export type TransactionFailure = 'timeout' | 'transport-error';
