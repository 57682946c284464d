import { randomBytes, randomInt } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { H323Trace } from '../../call/trace.ts';
import { localAddressTowards } from '../../network/local-address.ts';
import { aliasOf } from '../call/dialled.ts';
import type { InboundH323Call } from '../call/inbound-h323-call.ts';
import { OutboundH323Call } from '../call/outbound-h323-call.ts';
import { type Admission, AdmissionRefused, type CallToAdmit } from '../ras/admission.ts';
import type { WayQuestion } from '../ras/gatekeeper/gatekeeper-service.ts';
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
  /** A gatekeeper that is asked about every call; undefined where there is none. */
  readonly admission?: Admission | undefined;
  /** Where a call goes on to that is for another room; undefined where none is passed on. */
  readonly way?: ((call: WayQuestion) => TransportAddress | undefined) | undefined;
  /** ms; the machine's where it is left out. */
  readonly now?: () => number;
  readonly log: Logger;
  /** Is told of every message of a call. */
  readonly trace?: H323Trace | undefined;
}

/** Whom to call. */
export interface H323DialOptions {
  /** Where the room, or who stands before it, takes calls; undefined where a gatekeeper is to find it by its alias. */
  readonly address: TransportAddress | undefined;
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
  readonly #now: () => number;
  readonly #connections = new Set<CallConnection>();
  #server: Server | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: H323ApplicationOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
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
    this.#ticking = setInterval(() => this.tick(), TICK);
  }

  /** Calls a room. Rejects where its address cannot be reached; with AdmissionRefused where a gatekeeper does not let us. */
  async dial(options: H323DialOptions): Promise<OutboundH323Call> {
    const { admission } = this.#options;
    const call: CallToAdmit = {
      callIdentifier: randomBytes(16),
      conferenceIdentifier: randomBytes(16),
      callReference: randomInt(1, 0x7fff),
      direction: 'outbound',
      destinationAliases: options.alias === undefined ? [] : [aliasOf(options.alias)],
      destinationAddress: options.address,
      sourceAliases: [{ type: 'h323-ID', value: options.displayName }],
      sourceAddress: undefined,
      bitRate: RATE * 64_000,
    };
    const answer = await admission?.admit(call);
    if (answer?.outcome === 'refused') {
      throw new AdmissionRefused(answer);
    }
    try {
      const address = answer?.callSignalAddress ?? options.address;
      if (address === undefined) {
        throw new Error('no address to call, and no gatekeeper that knows one');
      }
      const aliases = answer?.destinationAliases ?? call.destinationAliases;
      const outbound = await this.#call({ ...options, address }, { ...call, destinationAliases: aliases });
      outbound.once('ended', () => admission?.release(call.callIdentifier));
      return outbound;
    } catch (error) {
      admission?.release(call.callIdentifier);
      throw error;
    }
  }

  /** Ends a call by its identifier, in hexadecimal: the gatekeeper wants it. */
  drop(callIdentifier: string): void {
    for (const connection of this.#connections) {
      connection.drop(callIdentifier, 'remote-hangup');
    }
  }

  async #call(
    { address, alias, target, displayName }: H323DialOptions & { readonly address: TransportAddress },
    { callIdentifier, conferenceIdentifier, callReference, destinationAliases, sourceAliases }: CallToAdmit,
  ): Promise<OutboundH323Call> {
    const localAddress = await this.#localAddressTowards(address.address);
    const socket = openSocket({ host: address.address, port: address.port, localAddress });
    const late = setTimeout(() => socket.destroy(new Error('nobody answered the connection')), CONNECT_TIME);
    try {
      await once(socket, 'connect');
    } finally {
      clearTimeout(late);
    }
    const connection = this.#adopt(socket);
    const { capabilities, h245Ports, tunnelling, fastStart, log, trace } = this.#options;
    const id = Buffer.from(callIdentifier).toString('hex');
    const call = new OutboundH323Call({
      id,
      signalling: {
        direction: 'outbound',
        callReference,
        callIdentifier,
        conferenceIdentifier,
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
      send: (packet) => connection.send(id, packet),
      released: () => connection.forget(callReference, 'outbound'),
      now: this.#now,
      random: Math.random,
      log,
      trace,
      fastStart,
      destination: {
        aliases: destinationAliases,
        address,
        rate: RATE,
        sourceAliases,
        sourceAddress: { address: localAddress, port: this.address.port },
      },
    });
    connection.carry(call, callReference);
    return call;
  }

  /** Lets times run out; done by itself from `start` on. */
  tick(): void {
    for (const connection of this.#connections) {
      connection.tick();
    }
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

  /** Rooms know us by the address that they call. */
  #localAddressTowards(remote: string): Promise<string> {
    const { address } = this.#options.listen;
    return isWildcard(address) ? localAddressTowards(remote) : Promise.resolve(address);
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
    const { capabilities, h245Ports, displayName, tunnelling, admission, way, log, trace } = this.#options;
    const connection: CallConnection = new CallConnection(socket, {
      local: capabilities,
      h245Ports,
      displayName,
      tunnelling,
      admission,
      way,
      now: this.#now,
      log,
      trace,
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
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
