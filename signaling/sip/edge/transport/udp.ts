import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { plainAddress } from '../message/host.ts';
import { announcedTo, onIpv6Socket } from './address.ts';
import type { Endpoint, Flow, Transport, TransportOptions } from './transport.ts';
import { type LocalEnd, type SendTo, UdpFlow } from './udp-flow.ts';

/** Bytes the kernel may hold for us while the process is busy; the default of about 200 KB is 20 large INVITEs. */
const RECEIVE_BUFFER = 1_048_576;

/** Local addresses that are remembered as ends of flows; a machine has few. */
const MAX_LOCAL_ENDS = 256;

/** SIP over UDP (RFC 3261 §18). One socket sends and receives, so that answers pass NATs and firewalls. */
export class UdpTransport implements Transport {
  readonly protocol = 'udp';
  readonly connections = 0;
  readonly ipv6Only: boolean;
  readonly #ipv6: boolean;
  readonly #options: TransportOptions;
  readonly #socket: Socket;
  #bound: Endpoint;
  readonly #ends = new Map<string, LocalEnd>();
  readonly #sendTo: SendTo = (bytes, flow, failed) => {
    this.#options.events.sent?.(bytes, flow);
    this.#send(bytes, flow.remote, failed);
  };
  /** Datagrams of sources whose local address is being looked up, in order. */
  readonly #waiting = new Map<string, { bytes: Buffer; remote: Endpoint }[]>();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#bound = { address: options.address, port: options.port };
    this.#ipv6 = isIPv6(options.address);
    this.ipv6Only = options.ipv6Only;
    this.#socket = createSocket({
      type: this.#ipv6 ? 'udp6' : 'udp4',
      ipv6Only: options.ipv6Only,
      recvBufferSize: RECEIVE_BUFFER,
      // All destinations are addresses: nothing is to be looked up.
      lookup: (address, _options, found) => found(null, address, this.#ipv6 ? 6 : 4),
    });
    this.#socket.on('message', (bytes, source) => this.#receive(bytes, source));
  }

  get bound(): Endpoint {
    return this.#bound;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.bind(this.#options.port, this.#options.address, () => {
        this.#socket.removeListener('error', reject);
        resolve();
      });
    });
    // Errors of single sends reach their callbacks; without a listener an ICMP error would end the process.
    this.#socket.on('error', () => {});
    this.#bound = { address: this.#options.address, port: this.#socket.address().port };
  }

  async flowTo(remote: Endpoint): Promise<Flow> {
    return this.#flow(remote, await this.#options.localAddresses.find(this.#options.address, remote.address));
  }

  closeFrom(): void {}

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #receive(bytes: Buffer, source: RemoteInfo): void {
    const remote = { address: plainAddress(source.address), port: source.port };
    // Keep-alives of NATs: CRLFs, or a single null byte.
    if (bytes.length <= 4) return;
    const local = this.#options.localAddresses.known(this.#options.address, remote.address);
    const waiting = this.#waiting.get(remote.address);
    if (waiting !== undefined) {
      if (waiting.length < 16) waiting.push({ bytes, remote });
      else this.#options.events.dropped('too-many-new-sources');
    } else if (local !== undefined) this.#options.events.message(bytes, this.#flow(remote, local), false);
    else if (this.#options.localAddresses.busy) this.#options.events.dropped('too-many-new-sources');
    else {
      this.#waiting.set(remote.address, [{ bytes, remote }]);
      void this.#deliverWaiting(remote.address);
    }
  }

  async #deliverWaiting(address: string): Promise<void> {
    const local = await this.#options.localAddresses.find(this.#options.address, address).catch(() => undefined);
    const waiting = this.#waiting.get(address) ?? [];
    this.#waiting.delete(address);
    if (local === undefined) return;
    for (const { bytes, remote } of waiting) this.#options.events.message(bytes, this.#flow(remote, local), false);
  }

  #flow(remote: Endpoint, local: string): Flow {
    return new UdpFlow(this.#end(local), remote, this.#sendTo);
  }

  /** What this socket is towards peers that are reached from one local address. */
  #end(address: string): LocalEnd {
    const known = this.#ends.get(address);
    if (known !== undefined) return known;
    const { port } = this.#bound;
    const sentBy = { address: announcedTo(this.#options.announcedAddress, address), port };
    const end = { local: { address, port }, sentBy };
    if (this.#ends.size < MAX_LOCAL_ENDS) this.#ends.set(address, end);
    return end;
  }

  #send(bytes: Buffer, remote: Endpoint, failed: (error: Error) => void): void {
    try {
      const address = this.#ipv6 ? onIpv6Socket(remote.address) : remote.address;
      this.#socket.send(bytes, remote.port, address, (error) => {
        if (error !== null) failed(error);
      });
    } catch (error) {
      // The socket is closed: the edge is stopping.
      queueMicrotask(() => failed(error instanceof Error ? error : new Error(String(error))));
    }
  }
}
