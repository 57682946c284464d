import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { sourceKey } from '../../../network/source-key.ts';
import { formatHostPort, plainAddress } from '../message/host.ts';
import { announcedTo, isWildcard } from './address.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { Endpoint, Flow, Transport, TransportOptions } from './transport.ts';

/** Bounds on what strangers can open. */
export interface TcpLimits {
  /** Connections of one listener, both directions together. */
  readonly connections: number;
  /** Connections of one source, both directions together, from when on none of it is accepted: see `sourceKey`. */
  readonly connectionsPerAddress: number;
  /** Milliseconds from the first byte of a message to its last, and from accepting to the first message. */
  readonly messageTime: number;
  /** Milliseconds to wait for a connection that we open. */
  readonly connectTime: number;
}

/** Limits of a listener that is told none. */
export const DEFAULT_TCP_LIMITS: TcpLimits = {
  connections: 2_000,
  connectionsPerAddress: 200,
  messageTime: 10_000,
  connectTime: 10_000,
};

/** A connection silent for this long may be closed to make room, milliseconds. */
const IDLE_AFTER = 60_000;

/** What a TCP transport is made of. */
export interface TcpOptions extends TransportOptions {
  readonly limits: TcpLimits;
}

/** SIP over TCP (RFC 3261 §18), with reuse of connections in both directions. */
export class TcpTransport implements Transport {
  readonly protocol = 'tcp';
  readonly #options: TcpOptions;
  readonly #server: Server;
  #bound: Endpoint;
  /** By the remote `address:port`; the oldest use first. */
  readonly #connections = new Map<string, TcpConnection>();
  /** The same by their sources. */
  readonly #bySource = new Map<string, Set<TcpConnection>>();
  #closing = false;

  constructor(options: TcpOptions) {
    this.#options = options;
    this.#bound = { address: options.address, port: options.port };
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#accept(socket));
  }

  get bound(): Endpoint {
    return this.#bound;
  }

  get ipv6Only(): boolean {
    return this.#options.ipv6Only;
  }

  get connections(): number {
    return this.#connections.size;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      const { address: host, port, ipv6Only } = this.#options;
      this.#server.listen({ host, port, ipv6Only }, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
    this.#server.on('error', () => {});
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') {
      this.#bound = { address: this.#options.address, port: address.port };
    }
  }

  async flowTo(remote: Endpoint): Promise<Flow> {
    const standing = this.#standing(remote);
    if (standing !== undefined) return standing;
    return this.#connect(remote, await this.#options.localAddresses.find(this.#options.address, remote.address));
  }

  closeFrom(source: string): void {
    for (const connection of [...(this.#bySource.get(source) ?? [])]) connection.drop('banned');
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const connection of this.#connections.values()) connection.end();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #standing(remote: Endpoint): TcpConnection | undefined {
    const connection = this.#connections.get(formatHostPort(remote.address, remote.port));
    return connection?.open === true ? connection : undefined;
  }

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const { limits, events } = this.#options;
    const isBanned = events.admits?.({ address, port: socket.remotePort ?? 0 }) === false;
    const ofSource = this.#bySource.get(sourceKey(address))?.size ?? 0;
    const full = !isBanned && (ofSource >= limits.connectionsPerAddress || !this.#makeRoom());
    if (full || isBanned || this.#closing || address === '' || socket.remotePort === undefined) {
      if (full) events.dropped('too-many-connections');
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const local = plainAddress(socket.localAddress ?? this.#bound.address);
    this.#add(socket, { address, port: socket.remotePort }, local, true);
  }

  #connect(remote: Endpoint, local: string): TcpConnection {
    const standing = this.#standing(remote);
    if (standing !== undefined) return standing;
    this.#makeRoom();
    const socket = createConnection({
      host: remote.address,
      port: remote.port,
      noDelay: true,
      keepAlive: true,
      timeout: this.#options.limits.connectTime,
      ...(isWildcard(this.#options.address) ? {} : { localAddress: this.#options.address }),
    });
    return this.#add(socket, remote, local, false);
  }

  #add(socket: Socket, remote: Endpoint, local: string, accepted: boolean): TcpConnection {
    const { port } = this.#bound;
    const connection = new TcpConnection({
      socket,
      remote,
      local: { address: local, port },
      sentBy: { address: announcedTo(this.#options.announcedAddress, local), port },
      accepted,
      messageTime: this.#options.limits.messageTime,
      events: this.#options.events,
      towards: (other) => this.#connect(other, local),
    });
    const key = formatHostPort(remote.address, remote.port);
    this.#connections.set(key, connection);
    const source = sourceKey(remote.address);
    const ofSource = this.#bySource.get(source) ?? new Set();
    this.#bySource.set(source, ofSource.add(connection));
    socket.once('close', () => {
      ofSource.delete(connection);
      if (ofSource.size === 0 && this.#bySource.get(source) === ofSource) this.#bySource.delete(source);
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
    });
    return connection;
  }

  /** Closes the connection that was silent longest, where the limit is reached and one was silent long enough. */
  #makeRoom(): boolean {
    if (this.#connections.size < this.#options.limits.connections) return true;
    let quietest: TcpConnection | undefined;
    for (const connection of this.#connections.values()) {
      if (quietest === undefined || connection.lastUse < quietest.lastUse) quietest = connection;
    }
    if (quietest === undefined || performance.now() - quietest.lastUse < IDLE_AFTER) return false;
    quietest.drop('idle');
    return true;
  }
}
