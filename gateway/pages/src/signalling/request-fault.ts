import type { PageFault } from '../page-fault.ts';

/** A request that the gateway refused, or that got no answer (`server-gone`). */
export class RequestFault extends Error {
  readonly fault: PageFault;

  constructor(fault: PageFault) {
    super(fault);
    this.name = 'RequestFault';
    this.fault = fault;
  }
}
