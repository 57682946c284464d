import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { H323Trace } from '../../call/trace.ts';
import { localAddressTowards } from '../../network/local-address.ts';
import { plainAddress } from '../../network/plain-address.ts';
import { sourceKey } from '../../network/source-key.ts';
import type { InboundH323Call } from '../call/inbound-h323-call.ts';
import type { OutboundH323Call } from '../call/outbound-h323-call.ts';
import type { H323Guard } from '../guard/h323-guard.ts';
import type { Admission } from '../ras/admission.ts';
import type { WayQuestion } from '../ras/gatekeeper/gatekeeper-service.ts';
import { CallConnection } from './call-connection.ts';
import { mayConnect } from './connection-limits.ts';
import { DialCancelled, type H323DialOptions, OutboundDialling } from './outbound-dialling.ts';

export { DialCancelled, type H323DialOptions };

/** Ports, capabilities and rules that all H.323 calls share. */
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
  /** Whether an address is that of the gatekeeper above us, which may carry the calls of many rooms. */
  readonly isGatekeeper?: (address: string) => boolean;
  /** Keeps off who has nothing to seek here; undefined where nobody is banned. */
  readonly guard?: H323Guard | undefined;
  /** ms; the machine's where it is left out. */
  readonly now?: () => number;
  readonly log: Logger;
  /** Is told of every message of a call. */
  readonly trace?: H323Trace | undefined;
}

/** ms between looks at what is due. */
const TICK = 100;

/** H.323's side of the service: takes calls of rooms and calls rooms. */
export class H323Application extends EventEmitter<{ call: [call: InboundH323Call] }> {
  readonly #options: H323ApplicationOptions;
  readonly #now: () => number;
  readonly #connections = new Set<CallConnection>();
  readonly #dialling: OutboundDialling;
  #server: Server | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: H323ApplicationOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const { h245Ports, capabilities, tunnelling, fastStart, admission, log, trace } = options;
    this.#dialling = new OutboundDialling({
      h245Ports,
      capabilities,
      tunnelling,
      fastStart,
      admission,
      now: this.#now,
      log,
      trace,
      localAddressTowards: (remote) => this.#localAddressTowards(remote),
      signallingPort: () => this.address.port,
      adopt: (socket) => this.#adopt(socket, undefined),
    });
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
    server.on('error', (error) =>
      this.#options.log.warn({ event: 'h323-accept', err: error }, 'a call cannot come in'),
    );
    this.#server = server;
    this.#ticking = setInterval(() => this.tick(), TICK);
  }

  /**
   * Calls a room. Rejects where its address cannot be reached; with AdmissionRefused where a gatekeeper does not let us, with
   * DialCancelled where `close` comes before the connection is there.
   */
  dial(options: H323DialOptions): Promise<OutboundH323Call> {
    return this.#dialling.dial(options);
  }

  /** Whether somebody at this source (`sourceKey`) is in a call that was answered or passed on, or is called by us. */
  isInCallWith(source: string): boolean {
    return [...this.#connections].some((connection) => connection.isInCall && isOf(connection, source));
  }

  /** Cuts all connections of a source. */
  closeFrom(source: string): void {
    for (const connection of this.#connections) {
      if (isOf(connection, source)) {
        connection.cut();
      }
    }
  }

  /** Ends a call by its identifier, in hexadecimal: the gatekeeper wants it. */
  drop(callIdentifier: string): void {
    for (const connection of this.#connections) {
      connection.drop(callIdentifier, 'remote-hangup');
    }
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
    this.#dialling.close('shutdown');
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
    const others = [...this.#connections].map(({ rawRemoteAddress }) => rawRemoteAddress);
    const from = socket.remoteAddress ?? '';
    const isTrusted = this.#options.isGatekeeper?.(plainAddress(from)) === true;
    const guard = isTrusted ? undefined : this.#options.guard;
    if (guard?.takesConnection(from) === false || !mayConnect(from, others, isTrusted)) {
      socket.destroy();
      return;
    }
    this.#adopt(socket, guard);
  }

  #adopt(socket: Socket, guard: H323Guard | undefined): CallConnection {
    const { listen, capabilities, h245Ports, displayName, tunnelling, admission, way, log, trace } = this.#options;
    const connection: CallConnection = new CallConnection(socket, {
      local: capabilities,
      h245Ports,
      displayName,
      tunnelling,
      admission,
      way,
      guard,
      boundAddress: isWildcard(listen.address) ? undefined : listen.address,
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

function isOf({ rawRemoteAddress }: CallConnection, source: string): boolean {
  return sourceKey(rawRemoteAddress) === source;
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
