import { isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { formatHostPort } from '../message/host.ts';
import { announcedTo, isWildcard, reaches } from './address.ts';
import { LocalAddresses } from './local-address.ts';
import { DEFAULT_TCP_LIMITS, TcpTransport } from './tcp.ts';
import type { Endpoint, Flow, Transport, TransportEvents, TransportProtocol } from './transport.ts';
import { UdpTransport } from './udp.ts';

/** One address to listen on. */
export interface ListenAddress {
  readonly protocol: TransportProtocol;
  /** IPv4 or IPv6 literal; `0.0.0.0` or `::` for all interfaces. */
  readonly address: string;
  /** 0 for any free port. */
  readonly port: number;
}

/** All the sockets of the edge. */
export class Transports {
  readonly #transports: readonly Transport[];
  readonly #announcedAddress: string | undefined;

  constructor(
    listen: readonly ListenAddress[],
    announcedAddress: string | undefined,
    now: () => number,
    events: TransportEvents,
  ) {
    const localAddresses = new LocalAddresses(now);
    this.#announcedAddress = announcedAddress;
    this.#transports = listen.map(({ protocol, address, port }) => {
      // Both families named for one port: the system gives IPv4 to one socket only.
      const ipv6Only =
        address === '::' &&
        listen.some((other) => other.protocol === protocol && other.port === port && isIPv4(other.address));
      const options = { address, port, ipv6Only, announcedAddress, localAddresses, events };
      return protocol === 'udp'
        ? new UdpTransport(options)
        : new TcpTransport({ ...options, limits: DEFAULT_TCP_LIMITS });
    });
  }

  /** Opens all sockets; on failure those already open are closed. */
  async listen(): Promise<void> {
    const open: Transport[] = [];
    try {
      for (const transport of this.#transports) {
        await transport.listen();
        open.push(transport);
      }
    } catch (error) {
      await Promise.all(open.map((transport) => transport.close()));
      throw error;
    }
  }

  /** Whether anything listens by this protocol and could reach this address. */
  supports(protocol: TransportProtocol, address: string): boolean {
    return this.#candidates(protocol, address).length > 0;
  }

  /**
   * The flow to a peer.
   * @param preferred a flow of the same dialog: its local socket is kept where that is possible
   * @returns undefined where no socket speaks the protocol in the address family
   * @throws where no route leads to the peer
   */
  async flowTo(protocol: TransportProtocol, remote: Endpoint, preferred?: Flow): Promise<Flow | undefined> {
    const candidates = this.#candidates(protocol, remote.address);
    const kept = candidates.find(
      ({ bound }) =>
        preferred !== undefined &&
        bound.port === preferred.local.port &&
        (isWildcard(bound.address) || bound.address === preferred.local.address),
    );
    // A socket bound to a loopback address reaches nothing else, and the other way about.
    const fitting = candidates.find(({ bound }) => isLoopback(bound.address) === isLoopback(remote.address));
    const transport = kept ?? fitting ?? candidates.find(({ bound }) => isWildcard(bound.address)) ?? candidates[0];
    return transport?.flowTo(remote);
  }

  #candidates(protocol: TransportProtocol, address: string): Transport[] {
    return this.#transports.filter((transport) => transport.protocol === protocol && reaches(transport, address));
  }

  /** Connections that stand, over all listeners. */
  get connections(): number {
    return this.#transports.reduce((sum, { connections }) => sum + connections, 0);
  }

  /** Closes all connections of a source: see `sourceKey`. */
  closeFrom(source: string): void {
    for (const transport of this.#transports) transport.closeFrom(source);
  }

  /** The listening addresses as `protocol/address:port`, as peers know them. */
  hostPorts(): string[] {
    return this.#describe((address) => announcedTo(this.#announcedAddress, address));
  }

  /** The same with the machine's own addresses. */
  localHostPorts(): string[] {
    return this.#describe((address) => address);
  }

  #describe(name: (address: string) => string): string[] {
    return this.#transports.flatMap(({ protocol, bound, ipv6Only }) => {
      const addresses = isWildcard(bound.address)
        ? [someAddress(isIPv6(bound.address)), ...(bound.address === '::' && !ipv6Only ? [someAddress(false)] : [])]
        : [bound.address];
      return addresses.map((address) => `${protocol}/${formatHostPort(name(address), bound.port)}`);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close()));
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** An address of this machine for others to see; loopback where there is no other. */
function someAddress(ipv6: boolean): string {
  const family = ipv6 ? 'IPv6' : 'IPv4';
  for (const addresses of Object.values(networkInterfaces())) {
    for (const entry of addresses ?? []) {
      if (entry.family === family && !entry.internal && !entry.address.startsWith('fe80')) return entry.address;
    }
  }
  return ipv6 ? '::1' : '127.0.0.1';
}
