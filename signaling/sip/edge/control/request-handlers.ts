import { connect, type Socket } from 'node:net';
import { readHostPort } from '../message/host.ts';

/** Milliseconds in which an application must take the connection. */
const CONNECT_TIME = 5_000;

/** Applications that the edge connects to for new requests, by SIP method; `*` for all methods that are not named. */
export type RequestHandlers = Readonly<Record<string, string>>;

interface Handler {
  readonly host: string;
  readonly port: number;
}

/** The applications that wait to be connected to (drachtio's outbound mode). */
export class RequestHandlerTable {
  readonly #handlers: ReadonlyMap<string, Handler>;

  /** @throws RangeError where an address is not `tcp://host:port` */
  constructor(handlers: RequestHandlers) {
    this.#handlers = new Map(Object.entries(handlers).map(([method, url]) => [method.toUpperCase(), readHandler(url)]));
  }

  /** Whether an application is named for a method. */
  has(method: string): boolean {
    return this.#find(method) !== undefined;
  }

  /** Connects to the application for a method; rejects where none is named or it does not take the connection in time. */
  async connect(method: string): Promise<Socket> {
    const handler = this.#find(method);
    if (handler === undefined) throw new Error(`no application is named for ${method}`);
    return open(handler);
  }

  #find(method: string): Handler | undefined {
    return this.#handlers.get(method) ?? this.#handlers.get('*');
  }
}

function open({ host, port }: Handler): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: CONNECT_TIME });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error(`${host}:${port} did not take the connection in time`)));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}

function readHandler(url: string): Handler {
  const [, rest] = /^tcp:\/\/([^/]+)\/?$/i.exec(url) ?? [];
  const read = rest === undefined ? undefined : readHostPort(rest);
  if (read?.port === undefined) throw new RangeError(`a request handler must be tcp://host:port, not ${url}`);
  return { host: read.host, port: read.port };
}
