import { randomBytes, randomInt } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import { localAddressTowards } from '../../network/local-address.ts';
import { aliasOf } from '../call/dialled.ts';
import type { InboundH323Call } from '../call/inbound-h323-call.ts';
import { OutboundH323Call } from '../call/outbound-h323-call.ts';
import { CallConnection } from './call-connection.ts';
import { ENDPOINT } from './endpoint.ts';

export interface H323ApplicationOptions {
  /** Where call signalling is taken: port 1720 by custom. */
  readonly listen: TransportAddress;
  readonly h245Ports: { readonly from: number; readonly to: number };
  readonly capabilities: LocalCapabilities;
  /** Shown on rooms' screens. */
  readonly displayName: string;
  readonly tunnelling: boolean;
  readonly fastStart: boolean;
  readonly log: Logger;
}

/** Whom to call. */
export interface H323DialOptions {
  /** Where the room, or who stands before it, takes calls. */
  readonly address: TransportAddress;
  /** The room's alias or number there; undefined for the room itself. */
  readonly alias: string | undefined;
  /** The class that it is called into. */
  readonly target: string;
  readonly displayName: string;
}

/** Connections at once, in all and of one address. */
const MAXIMUM_CONNECTIONS = 2000;
const MAXIMUM_OF_ADDRESS = 64;
/** ms between looks at what is due. */
const TICK = 100;
/** ms for a connection that we open. */
const CONNECT_TIME = 8000;
/** 64 kbit/s channels that a Setup asks for: 2 Mbit/s. */
const RATE = 30;

/** H.323's side of the service: takes calls of rooms and calls rooms. */
export class H323Application extends EventEmitter<{ call: [call: InboundH323Call] }> {
  readonly #options: H323ApplicationOptions;
  readonly #connections = new Set<CallConnection>();
  #server: Server | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: H323ApplicationOptions) {
    super();
    this.#options = options;
  }

  /** Calls of all connections that are not over. */
  get calls(): number {
    return [...this.#connections].reduce((sum, { calls }) => sum + calls, 0);
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Where calls are taken; port 0 before `start`. */
  get address(): TransportAddress {
    const bound = this.#server?.address();
    return typeof bound === 'object' && bound !== null
      ? { address: bound.address, port: bound.port }
      : { ...this.#options.listen, port: 0 };
  }

  /** Begins to take calls. Rejects where the port is taken. */
  async start(): Promise<void> {
    const server = createServer((socket) => this.#onConnection(socket));
    server.listen({ host: this.#options.listen.address, port: this.#options.listen.port });
    await once(server, 'listening');
    this.#server = server;
    this.#ticking = setInterval(() => this.#tick(), TICK);
  }

  /** Calls a room. Rejects where its address cannot be reached. */
  async dial({ address, alias, target, displayName }: H323DialOptions): Promise<OutboundH323Call> {
    const localAddress = await localAddressTowards(address.address);
    const socket = openSocket({ host: address.address, port: address.port, localAddress });
    const late = setTimeout(() => socket.destroy(new Error('nobody answered the connection')), CONNECT_TIME);
    try {
      await once(socket, 'connect');
    } finally {
      clearTimeout(late);
    }
    const connection = this.#adopt(socket);
    const identifier = randomBytes(16);
    const { capabilities, h245Ports, tunnelling, fastStart, log } = this.#options;
    const callReference = randomInt(1, 0x7fff);
    const call = new OutboundH323Call({
      id: identifier.toString('hex'),
      signalling: {
        direction: 'outbound',
        callReference,
        callIdentifier: identifier,
        conferenceIdentifier: randomBytes(16),
        endpoint: ENDPOINT,
        displayName,
        tunnelling,
      },
      remoteName: alias ?? address.address,
      remoteUri: alias ?? `${address.address}:${address.port}`,
      remoteAddress: address.address,
      localAddress,
      target,
      local: capabilities,
      h245Ports,
      send: (packet) => connection.send(packet),
      released: () => connection.forget(callReference, 'outbound'),
      now: () => performance.now(),
      random: Math.random,
      log,
      fastStart,
      destination: {
        aliases: alias === undefined ? [] : [aliasOf(alias)],
        address,
        rate: RATE,
        sourceAliases: [{ type: 'h323-ID', value: displayName }],
        sourceAddress: { address: localAddress, port: this.address.port },
      },
    });
    connection.carry(call, callReference);
    return call;
  }

  /** Ends all calls and takes no more. */
  async close(): Promise<void> {
    clearInterval(this.#ticking);
    const server = this.#server;
    this.#server = undefined;
    for (const connection of this.#connections) {
      connection.close('shutdown');
    }
    if (server !== undefined) {
      const closed = once(server, 'close');
      server.close();
      await closed;
    }
  }

  #onConnection(socket: Socket): void {
    const from = socket.remoteAddress ?? '';
    const same = [...this.#connections].filter((connection) => connection.rawRemoteAddress === from).length;
    if (this.#connections.size >= MAXIMUM_CONNECTIONS || same >= MAXIMUM_OF_ADDRESS) {
      socket.destroy();
      return;
    }
    this.#adopt(socket);
  }

  #adopt(socket: Socket): CallConnection {
    const { capabilities, h245Ports, displayName, tunnelling, log } = this.#options;
    const connection: CallConnection = new CallConnection(socket, {
      local: capabilities,
      h245Ports,
      displayName,
      tunnelling,
      log,
      call: (call) => {
        if (!this.emit('call', call)) {
          call.end('internal-error');
        }
      },
      closed: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    return connection;
  }

  #tick(): void {
    for (const connection of this.#connections) {
      connection.tick();
    }
  }
}
