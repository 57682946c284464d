import type { Endpoint, Flow } from './transport.ts';

/** The near end of a flow: the real local address, and the one that the peer is told. */
export interface LocalEnd {
  readonly local: Endpoint;
  readonly sentBy: Endpoint;
}

/** Sends one datagram; `failed` is called when it surely did not go out. */
export type SendTo = (bytes: Buffer, flow: Flow, failed: (error: Error) => void) => void;

/** The way to one peer by a UDP socket. Made for every datagram, so it holds references only. */
export class UdpFlow implements Flow {
  readonly protocol = 'udp';
  readonly reliable = false;
  readonly open = true;
  readonly remote: Endpoint;
  readonly #end: LocalEnd;
  readonly #sendTo: SendTo;

  constructor(end: LocalEnd, remote: Endpoint, sendTo: SendTo) {
    this.#end = end;
    this.remote = remote;
    this.#sendTo = sendTo;
  }

  get local(): Endpoint {
    return this.#end.local;
  }

  get sentBy(): Endpoint {
    return this.#end.sentBy;
  }

  send(bytes: Buffer, failed: (error: Error) => void): void {
    this.#sendTo(bytes, this, failed);
  }

  towards(remote: Endpoint): Flow {
    if (remote.port === this.remote.port && remote.address === this.remote.address) return this;
    return new UdpFlow(this.#end, remote, this.#sendTo);
  }
}
