import type { Fault } from './protocol.ts';

/** Thrown by a `SessionHandler` to answer a request with this fault; anything else that it throws is answered `internal-error`. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault, options);
    this.name = 'FaultError';
    this.fault = fault;
  }
}
