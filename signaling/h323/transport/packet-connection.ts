import type { Socket } from 'node:net';
import type { MessageWay } from '../../call/trace.ts';
import { plainAddress } from '../../network/plain-address.ts';
import { TpktError, TpktReader, writeTpkt } from '../tpkt/tpkt.ts';

/** What a connection tells its holder. */
export interface PacketConnectionOutput {
  packet(contents: Buffer): void;
  /** What comes is no TPKT: the connection is cut. */
  unreadable?(): void;
  /** The connection is gone, or never came to be. Told once. */
  closed(): void;
}

/** Octets that may wait to be sent: a far side that reads nothing is cut off. */
const MAXIMUM_BACKLOG = 1 << 20;
/** ms that the far side has to close after us. */
const LINGER = 2000;
/** ms between probes of an idle connection, so that a room behind a NAT is not forgotten. */
const KEEP_ALIVE = 30_000;

/** A TCP connection that carries TPKT packets: call signalling or H.245. */
export class PacketConnection {
  readonly #socket: Socket;
  readonly #reader = new TpktReader();
  readonly #output: PacketConnectionOutput;
  #isClosed = false;
  #lingering: NodeJS.Timeout | undefined;

  constructor(socket: Socket, output: PacketConnectionOutput) {
    this.#socket = socket;
    this.#output = output;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    // What the error was does not matter: `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#close());
    socket.on('end', () => socket.end());
  }

  get remoteAddress(): string {
    return plainAddress(this.#socket.remoteAddress ?? '');
  }

  get localAddress(): string {
    return plainAddress(this.#socket.localAddress ?? '');
  }

  get localPort(): number {
    return this.#socket.localPort ?? 0;
  }

  /** Both ends of it. */
  get way(): MessageWay {
    return {
      protocol: 'tcp',
      local: { address: this.localAddress, port: this.localPort },
      remote: { address: this.remoteAddress, port: this.#socket.remotePort ?? 0 },
    };
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Nothing can be sent any more: either side has ended it. */
  get isEnded(): boolean {
    return this.#isClosed || this.#socket.writableEnded;
  }

  /** Sends a packet; false where nothing can be sent any more. */
  send(contents: Uint8Array): boolean {
    // To write after `end` would break the connection, and what was sent last with it.
    if (this.isEnded) {
      return false;
    }
    this.#socket.write(writeTpkt(contents));
    if (this.#socket.writableLength > MAXIMUM_BACKLOG) {
      this.#socket.destroy();
    }
    return true;
  }

  /** Closes when what was sent has left. A far side that goes on sending is cut off as well. */
  end(): void {
    this.#socket.end();
    if (!this.#isClosed) {
      this.#lingering ??= setTimeout(() => this.#socket.destroy(), LINGER);
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    try {
      for (const packet of this.#reader.push(chunk)) {
        if (this.#isClosed) {
          return;
        }
        this.#output.packet(packet);
      }
    } catch (error) {
      if (!(error instanceof TpktError)) {
        throw error;
      }
      this.#socket.destroy();
      this.#output.unreadable?.();
    }
  }

  #close(): void {
    clearTimeout(this.#lingering);
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#output.closed();
    }
  }
}
