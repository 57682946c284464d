import { createServer, type Server, type Socket } from 'node:net';
import type { ApplicationSession, Applications } from '../core/application.ts';
import type { Log } from '../log.ts';
import { Commands, type CommandTarget } from './commands.ts';
import { ControlConnection } from './connection.ts';
import { type RequestHandlers, RequestHandlerTable } from './request-handlers.ts';
import { Router } from './router.ts';

/** Connections beyond this are refused: applications are few. */
const MAX_CONNECTIONS = 256;

/** What the control server is made of. */
export interface ControlServerOptions {
  readonly address: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly secret: string;
  /** Applications that are connected to for new requests. */
  readonly requestHandlers?: RequestHandlers | undefined;
  readonly log: Log;
  readonly uuid: () => string;
  readonly hostPorts: () => string[];
  readonly localHostPorts: () => string[];
  /** Tells the core that an application is gone. */
  readonly sessionClosed: (session: ApplicationSession) => void;
}

/** The TCP listener of the control protocol, and the applications connected to it. */
export class ControlServer implements Applications {
  readonly #options: ControlServerOptions;
  readonly #server: Server;
  readonly #handlers: RequestHandlerTable;
  readonly #router = new Router<ControlConnection>();
  readonly #connections = new Set<ControlConnection>();
  #commands: Commands | undefined;

  constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#handlers = new RequestHandlerTable(options.requestHandlers ?? {});
    this.#server = createServer((socket) => this.#adopt(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @param admitted called once the application has proved to know the secret */
  #adopt(socket: Socket, admitted: () => void = () => {}, gone: () => void = () => {}): ControlConnection {
    const connection: ControlConnection = new ControlConnection({
      socket,
      log: this.#options.log,
      uuid: this.#options.uuid,
      admitted,
      received: (from, payload) => this.#commands?.execute(from, payload),
      closed: (closed) => {
        this.#forget(closed);
        gone();
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  /** Connected and authenticated applications. */
  get size(): number {
    return [...this.#connections].filter(({ open }) => open).length;
  }

  get connected(): boolean {
    return this.size > 0;
  }

  /** Opens the listener. @returns where it listens */
  async listen(target: CommandTarget): Promise<{ address: string; port: number }> {
    this.#commands = new Commands({ ...this.#options, router: this.#router, target });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, this.#options.address, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the control listener has no port');
    return { address: bound.address, port: bound.port };
  }

  select(method: string): ApplicationSession | undefined {
    return this.#router.next(method.toLowerCase());
  }

  summon(method: string): Promise<ApplicationSession> | undefined {
    if (!this.#handlers.has(method)) return undefined;
    if (this.#connections.size >= MAX_CONNECTIONS) return Promise.reject(new Error('too many applications'));
    return this.#handlers.connect(method).then(
      (socket) =>
        new Promise<ApplicationSession>((resolve, reject) => {
          const connection = this.#adopt(
            socket,
            () => resolve(connection),
            () => reject(new Error('the application closed the connection')),
          );
        }),
    );
  }

  methods(): string[] {
    return this.#router
      .verbs()
      .filter((verb) => !verb.startsWith('cdr:'))
      .map((verb) => verb.toUpperCase());
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.end();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #forget(connection: ControlConnection): void {
    this.#connections.delete(connection);
    this.#router.removeAll(connection);
    this.#options.sessionClosed(connection);
  }
}
