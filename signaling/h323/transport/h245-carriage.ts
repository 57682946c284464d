import { createServer, connect as openSocket, type Server } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { MessageWay } from '../../call/trace.ts';
import { plainAddress } from '../../network/plain-address.ts';
import { PacketConnection } from './packet-connection.ts';

/** Is told what comes of H.245, on a connection of its own or in call signalling. */
export interface H245CarriageOutput {
  /** H.245 can be sent and received. */
  opened(): void;
  packet(contents: Buffer): void;
  /** A message of ours has left: at once, or when there was a connection. */
  sent(contents: Uint8Array, way: MessageWay): void;
  /** There is no connection any more, or there never was one. */
  closed(): void;
}

/** ms that a connection may take to come to be. */
const CONNECT_TIME = 10_000;
/** Messages that wait for the connection: a session that begins has some twenty. */
const MAXIMUM_WAITING = 100;

/** H.245's own TCP connection (H.323 §8.2), whoever opens it: the first that is there is the one. */
export class H245Carriage {
  readonly #output: H245CarriageOutput;
  #listening: Promise<TransportAddress> | undefined;
  #server: Server | undefined;
  #connection: PacketConnection | undefined;
  #isClosed = false;
  #isOpen = false;
  /** What is to be sent when there is a connection. */
  #waiting: Uint8Array[] = [];

  constructor(output: H245CarriageOutput) {
    this.#output = output;
  }

  /** Whether there is, or was, a connection. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Both ends of the connection; undefined while there is none. */
  get way(): MessageWay | undefined {
    return this.#connection?.isClosed === false ? this.#connection.way : undefined;
  }

  /** Waits for the far side on a port between `from` and `to`: on one, however often it is asked for. Rejects where none is free. */
  listen(
    address: string,
    ports: { readonly from: number; readonly to: number },
    remote: string,
  ): Promise<TransportAddress> {
    this.#listening ??= this.#listen(address, ports, remote);
    return this.#listening;
  }

  /** Connects to the far side. */
  connect({ address, port }: TransportAddress, local: string): void {
    if (this.#connection !== undefined || this.#isClosed) {
      return;
    }
    const socket = openSocket({ host: address, port, localAddress: local });
    const late = setTimeout(() => socket.destroy(), CONNECT_TIME);
    socket.once('close', () => clearTimeout(late));
    socket.once('connect', () => {
      clearTimeout(late);
      this.#opened();
    });
    this.#connection = new PacketConnection(socket, {
      packet: (contents) => this.#output.packet(contents),
      closed: () => this.#output.closed(),
    });
  }

  /** Sends a message, now or when there is a connection. */
  send(contents: Uint8Array): void {
    const connection = this.#connection;
    if (this.#isOpen && connection !== undefined) {
      // Sending may cut a connection whose far side reads nothing, and with it its addresses.
      const { way } = connection;
      if (connection.send(contents)) {
        this.#output.sent(contents, way);
      }
    } else if (this.#waiting.length < MAXIMUM_WAITING) {
      this.#waiting.push(contents);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#server?.close();
    this.#server = undefined;
    this.#connection?.end();
  }

  #opened(): void {
    this.#isOpen = true;
    for (const contents of this.#waiting.splice(0)) {
      this.send(contents);
    }
    this.#output.opened();
  }

  async #listen(
    address: string,
    { from, to }: { readonly from: number; readonly to: number },
    remote: string,
  ): Promise<TransportAddress> {
    const start = from + Math.floor(Math.random() * (to - from + 1));
    for (let tried = 0; tried <= to - from; tried++) {
      const port = from + ((start - from + tried) % (to - from + 1));
      const server = await bind(address, port);
      if (server !== undefined) {
        this.#take(server, remote);
        return { address, port };
      }
    }
    throw new Error('no port is free for H.245');
  }

  /** Only the room of this call may come. */
  #take(server: Server, remote: string): void {
    if (this.#isClosed) {
      server.close();
      return;
    }
    this.#server = server;
    server.on('error', () => undefined);
    server.on('connection', (socket) => {
      const from = plainAddress(socket.remoteAddress ?? '');
      if (this.#connection !== undefined || from !== remote) {
        socket.destroy();
        return;
      }
      server.close();
      this.#connection = new PacketConnection(socket, {
        packet: (contents) => this.#output.packet(contents),
        closed: () => this.#output.closed(),
      });
      this.#opened();
    });
  }
}

/** Undefined where the port is taken. */
function bind(address: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        resolve(undefined);
      } else {
        reject(error);
      }
    });
    server.listen({ host: address, port }, () => {
      server.removeAllListeners('error');
      resolve(server);
    });
  });
}
