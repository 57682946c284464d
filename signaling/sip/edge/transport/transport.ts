import type { LocalAddresses } from './local-address.ts';

/** The transport protocols the edge speaks. */
export type TransportProtocol = 'udp' | 'tcp';

/** An address literal (IPv4 or IPv6 without brackets) and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Why something received was thrown away before it became a message. */
export type TransportDrop =
  | 'too-many-connections'
  | 'slow-sender'
  | 'unframeable'
  | 'too-many-new-sources'
  | 'write-backlog'
  | 'banned'
  | 'idle';

/**
 * One way to one peer: a UDP socket and the peer's address, or a TCP connection.
 * Transactions, dialogs and answers hold on to the flow they began on.
 */
export interface Flow {
  readonly protocol: TransportProtocol;
  /** Whether the protocol itself repeats what is lost (RFC 3261 §17: timers differ). */
  readonly reliable: boolean;
  /** The real local address and the listening port. */
  readonly local: Endpoint;
  /** What is written in Via and Contact towards this peer. */
  readonly sentBy: Endpoint;
  readonly remote: Endpoint;
  /** False once a connection is closed. */
  readonly open: boolean;
  /**
   * Sends one message.
   * @param failed called at most once, later, when the message surely did not go out
   */
  send(bytes: Buffer, failed: (error: Error) => void): void;
  /** A flow to another endpoint from the same local socket (UDP) or listener (TCP). */
  towards(remote: Endpoint): Flow;
}

/** What a transport tells. */
export interface TransportEvents {
  /** One message, whole. `faulty`: the stream cannot be read on after it and is about to close. */
  message(bytes: Buffer, flow: Flow, faulty: boolean): void;
  dropped(reason: TransportDrop): void;
  /** Bytes are handed to the system to be sent by this flow. */
  sent?(bytes: Buffer, flow: Flow): void;
  /** Whether a connection from there may be accepted; every one where it is absent. */
  admits?(remote: Endpoint): boolean;
}

/** What a listening socket is made of. */
export interface TransportOptions {
  readonly address: string;
  readonly port: number;
  /** Whether a socket on `::` leaves IPv4 to another one. */
  readonly ipv6Only: boolean;
  /** Written in Via and Contact instead of the local address. */
  readonly announcedAddress?: string | undefined;
  readonly localAddresses: LocalAddresses;
  readonly events: TransportEvents;
}

/** One listening socket. */
export interface Transport {
  readonly protocol: TransportProtocol;
  /** The address and port bound; the port is the real one after `listen`. */
  readonly bound: Endpoint;
  /** Whether a socket on `::` leaves IPv4 to another one. */
  readonly ipv6Only: boolean;
  /** @throws the system's error, such as EADDRINUSE */
  listen(): Promise<void>;
  /**
   * The flow to a peer, which may be one that stands already.
   * @throws where no local address leads to the peer
   */
  flowTo(remote: Endpoint): Promise<Flow>;
  /** How many connections stand; 0 for datagrams. */
  readonly connections: number;
  /** Closes all connections of a source: see `sourceKey`. Nothing where there are none. */
  closeFrom(source: string): void;
  close(): Promise<void>;
}
